import { PoliteHttp } from '../../../clients/http/politeHttp';
import { SourceFileMissingError } from '../../../clients/http/politeHttpErrors';
import { SharedPages, type PageAge } from '../../../clients/http/sharedPages';
import type { Config } from '../../../settings/config';
import { isoSeconds } from '../../../core/interval';
import type {
  ArchivedFile,
  FilePlace,
  FileSummary,
  LandedFile,
  ListRequest,
  Source,
  SourceListing,
  SourceRecord,
} from '../../../core/source';
import { parseListing, secondAddress, type ListingEntry } from './listing';
import { parseArchiveName } from './archiveFiles';
import { listArchives } from './archiveListing';
import { archiveMembers } from './archiveZip';
import { fetchArchivedUnits } from '../reference/fetchArchive';
import { readGivenFiles } from '../reference/readMetadata';
import { DUPLICATE_FOLDER, parseReportFileName, REPORT_SOURCES, reportSource } from './reportFiles';
import { readReportFile, type ReportFileSummary } from './reportReading';
import type { RowOutcome } from './rowMessages';
import { filesInRange, missingIn } from './sourceListing';

/** A listing is asked for once per poll, however many intervals look into it. */
const LISTING_AGE_MS = 8_000;
/** Archives change once a day. */
const ARCHIVE_LISTING_AGE_MS = 60_000;
const VERSION = '0.1';

/** The market operator's site, read through its directory listings. */
export function createNemSource(config: Config): Source {
  const http = new PoliteHttp({
    requestsPerSecond: config.NEM_REQUESTS_PER_SECOND,
    version: VERSION,
    loopback: { backoff_ms: 200, forbiddenBackoff_ms: 1000 },
  });
  const pages = new SharedPages(http);
  const site = config.API_URL.replace(/\/+$/, '');
  return {
    listFiles: (request, signal) => listFiles(pages, site, request, signal),
    fetchFile: (file, signal) => fetchFile(http, file.url, signal),
    listArchives: (range, signal) =>
      listArchives((url) => readListing(pages, url, { ttl_ms: ARCHIVE_LISTING_AGE_MS, signal }), site, range),
    openArchive,
    readRecords,
    placeOf,
    quarantineTopic: (report) => reportSource(report)?.topics[0] ?? REPORT_SOURCES[0]!.topics[0]!,
    readMetadata: (files, signal) =>
      files.length > 0 ? readGivenFiles(files) : fetchArchivedUnits(http, site, Date.now(), signal),
  };
}

/**
 * Links to monthly files are written with `%23` where the site wants `%2523`; mirrors take them as written.
 */
async function fetchFile(http: PoliteHttp, url: string, signal: AbortSignal): Promise<Buffer> {
  const second = secondAddress(url);
  try {
    return (await http.get(second ?? url, { signal })).bytes;
  } catch (error) {
    if (!second || !(error instanceof SourceFileMissingError)) throw error;
    return (await http.get(url, { signal })).bytes;
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

async function listFiles(
  pages: SharedPages,
  site: string,
  request: ListRequest,
  signal: AbortSignal,
): Promise<SourceListing> {
  const { range, lookBack_ms, since_ms } = request;
  const age = { ttl_ms: LISTING_AGE_MS, since_ms, signal };
  const listings = await Promise.all(
    REPORT_SOURCES.map(async (source) => {
      const entries = await readFolders(pages, `${site}${source.folder}`, age);
      const files = filesInRange(entries, source, range, lookBack_ms);
      return { files, missing: missingIn(files, source, range) };
    }),
  );
  return {
    files: listings.flatMap(({ files }) => files),
    missing: listings.flatMap(({ missing }) => missing),
  };
}

/** The folder and its DUPLICATE/ folder, which not every report has. */
async function readFolders(pages: SharedPages, folder: string, age: PageAge): Promise<ListingEntry[]> {
  const [entries, duplicates] = await Promise.all([
    readListing(pages, folder, age),
    readListing(pages, `${folder}${DUPLICATE_FOLDER}`, age),
  ]);
  return [...entries, ...duplicates];
}

/**
 * A folder that is not there is an empty one: the site has no rooftop folder on some mirrors, and few
 * DUPLICATE folders.
 */
async function readListing(pages: SharedPages, url: string, age: PageAge): Promise<ListingEntry[]> {
  try {
    return parseListing(await pages.text(url, age), url);
  } catch (error) {
    if (error instanceof SourceFileMissingError) return [];
    throw error;
  }
}

async function readRecords(
  file: LandedFile,
): Promise<{ records: Iterable<SourceRecord>; summary: FileSummary }> {
  const { summary, outcomes } = await readReportFile({
    fileName: file.name,
    bytes: file.bytes,
    sha256: file.sha256,
    ingestedAt: file.ingested_at,
  });
  return { records: mapped(outcomes), summary: summaryOf(summary) };
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
    if (outcome.kind === 'row') {
      yield {
        kind: 'row',
        topic: outcome.topic,
        key: outcome.key,
        value: JSON.stringify(outcome.message),
        line: outcome.line,
      };
    } else {
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
