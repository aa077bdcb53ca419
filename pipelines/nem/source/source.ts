import { PoliteHttp, USER_AGENT_VERSION } from '../../../clients/http/politeHttp';
import { SourceFileMissingError } from '../../../clients/http/errors';
import { SharedPages } from '../../../clients/http/sharedPages';
import type { Config } from '../../../settings/config';
import { homeFolder } from '../../../settings/homeFolder';
import { isoSeconds } from '../../../core/interval';
import type {
  ArchivedFile,
  FilePlace,
  FileSummary,
  LandedFile,
  Source,
  SourceRecord,
} from '../../../core/source';
import { archiveAge, listFiles, readListing } from './folders';
import { secondAddress } from './listing';
import { parseArchiveName } from './archiveFiles';
import { listArchives } from './archiveListing';
import { archiveMembers } from './archiveZip';
import { fetchArchivedUnits } from '../reference/fetchArchive';
import { readGivenFiles } from '../reference/readReference';
import { parseReportFileName, REPORT_SOURCES, reportSource } from './reportFiles';
import { readReportFile, type ReportFile, type ReportFileSummary } from './reportReading';
import { readReportRows } from './reportRows';
import type { RowOutcome } from './rowMessages';

/** The market operator's site, read through its directory listings. */
export function createNemSource(config: Config): Source {
  const http = new PoliteHttp({
    requestsPerSecond: config.NEM_REQUESTS_PER_SECOND,
    version: USER_AGENT_VERSION,
    hold_ms: config.NEM_HOLD_SECONDS * 1000,
    paceFolder: homeFolder.pace(config.home),
  });
  const pages = new SharedPages(http);
  const site = config.API_URL.replace(/\/+$/, '');
  return {
    listFiles: (request, signal) => listFiles(pages, site, request, signal),
    fetchFile: (file, signal) => fetchFile(http, file, signal),
    listArchives: (range, signal) =>
      listArchives((url) => readListing(pages, url, archiveAge(signal)), site, range),
    openArchive,
    readRecords,
    readRows: (file, sink) => readReportRows(reportFile(file), sink),
    placeOf,
    quarantineTopic: (report) => reportSource(report)?.topics[0] ?? REPORT_SOURCES[0]!.topics[0]!,
    readReference: (files, signal) =>
      files.length > 0 ? readGivenFiles(files) : fetchArchivedUnits(http, site, Date.now(), signal),
  };
}

/**
 * Links to monthly files are written with `%23` where the site wants `%2523`; mirrors take them as written.
 */
async function fetchFile(
  http: PoliteHttp,
  { name, url }: { name: string; url: string },
  signal: AbortSignal,
): Promise<Buffer> {
  const request = { signal, isBulk: parseArchiveName(name) !== null };
  const second = secondAddress(url);
  try {
    return (await http.get(second ?? url, request)).bytes;
  } catch (error) {
    if (!second || !(error instanceof SourceFileMissingError)) throw error;
    return (await http.get(url, request)).bytes;
  }
}

async function* openArchive({
  name,
  report,
  bytes,
}: Parameters<Source['openArchive']>[0]): AsyncGenerator<ArchivedFile> {
  // A published file is an archive of itself.
  if (parseReportFileName(name) || parseArchiveName(name)?.kind === 'monthly') yield { name, report, bytes };
  else for await (const member of archiveMembers(bytes, name)) yield { ...member, report };
}

async function readRecords(
  file: LandedFile,
): Promise<{ records: Iterable<SourceRecord>; summary: FileSummary }> {
  const { summary, outcomes } = await readReportFile(reportFile(file));
  return { records: mapped(outcomes), summary: summaryOf(summary) };
}

function reportFile({ name, bytes, sha256, ingested_at }: LandedFile): ReportFile {
  return { fileName: name, bytes, sha256, ingestedAt: ingested_at };
}

function placeOf(fileName: string): FilePlace | null {
  const name = parseReportFileName(fileName);
  if (name) return { report: name.source.report, interval_end_at: isoSeconds(name.intervalEnd_ms) };
  const archive = parseArchiveName(fileName);
  if (!archive?.report) return null;
  const { report, from_ms, to_ms, kind } = archive;
  return {
    report,
    interval_end_at: isoSeconds(to_ms),
    holds_from: isoSeconds(from_ms),
    isOneTable: kind === 'monthly',
  };
}

function* mapped(outcomes: Iterable<RowOutcome>): Generator<SourceRecord> {
  for (const outcome of outcomes) {
    if (outcome.kind === 'row') yield outcome;
    else {
      const { topic, key, payload, reason, rule, explanation, line } = outcome;
      yield { kind: 'deadLetter', topic, key, value: payload, reason, rule, message: explanation, line };
    }
  }
}

function summaryOf({ rows, deadLetters, unusedTables, drift }: ReportFileSummary): FileSummary {
  const drifts = Object.entries(drift);
  return {
    rows,
    deadLetters,
    unusedTables,
    addedColumns: drifts.flatMap(([topic, { added }]) => added.map((column) => `${topic}.${column}`)),
    missingColumns: drifts.flatMap(([topic, { missing }]) => missing.map((column) => `${topic}.${column}`)),
  };
}
