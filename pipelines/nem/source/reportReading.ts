import { drift, type Drift } from '../contracts/contracts';
import { checkReport, contractIn, expectedOf, type Expected } from './expectedReport';
import { ReportParser, type ReportTotals, type TableHandler } from './reportParser';
import { extractReport } from './reportZip';
import { messageHandler, type RowOutcome } from './rowMessages';

/** A landed file. */
export interface ReportFile {
  fileName: string;
  /** The zip as received. */
  bytes: Buffer;
  /** Of the zip's bytes, hexadecimal. */
  sha256: string;
  /** ISO 8601 UTC of the first landing. */
  ingestedAt: string;
}

export interface ReportFileSummary {
  report: string;
  /**
   * NEM stamp of the interval the file's name speaks of; its rows may be of others, such as late corrections.
   */
  intervalEndNem: string | null;
  headerAtNem: string;
  fileId: string;
  physicalLines: number;
  /** Messages by topic; 0 for a topic of this report without rows. */
  rows: Record<string, number>;
  deadLetters: Record<string, number>;
  /** D rows of tables the pipeline does not use, by table key. */
  unusedTables: Record<string, number>;
  /** By topic, over all I rows of its tables. */
  drift: Record<string, Drift>;
}

export interface ReportReading {
  summary: ReportFileSummary;
  /**
   * Read again from the bytes at each iteration, in the file's order, so that large files need no memory for
   * them.
   */
  outcomes: Iterable<RowOutcome>;
}

/** Bytes given to the parser at once. */
export const CHUNK_BYTES = 1 << 16;

/**
 * Unpacks and reads a published zip: a 5-minute or rooftop report, or a table of the monthly archive. The
 * whole file is verified before this returns, so an untrusted one yields no row. The same bytes give the same
 * result.
 *
 * @throws UntrustedFileError with the reason for which the whole file is quarantined.
 */
export async function readReportFile(file: ReportFile): Promise<ReportReading> {
  expectedOf(file.fileName);
  const { bytes } = await extractReport(file.bytes, file.fileName);
  return readReport(file, bytes);
}

/** The same for CSV bytes that are unpacked already. */
export function readReport(file: Omit<ReportFile, 'bytes'>, csv: Buffer): ReportReading {
  const expected = expectedOf(file.fileName);
  const counts = {
    rows: zeroes(expected.topics),
    deadLetters: {} as Record<string, number>,
    drift: {} as Record<string, Drift>,
  };
  const totals = parse(file, expected, csv, (outcome) => count(outcome, counts), counts.drift);
  const { headerAtNem, fileId } = totals.header;
  const { report, intervalEndNem } = expected;
  const summary = {
    report,
    intervalEndNem,
    headerAtNem,
    fileId,
    physicalLines: totals.lines,
    unusedTables: totals.unusedTables,
    ...counts,
  };
  return { summary, outcomes: { [Symbol.iterator]: () => outcomesOf(file, expected, csv) } };
}

function tableHandler(
  file: Omit<ReportFile, 'bytes'>,
  expected: Expected,
  emit: (outcome: RowOutcome) => void,
  drifts: Record<string, Drift>,
): TableHandler {
  return (table, header) => {
    const contract = contractIn(expected, table);
    if (!contract) return undefined;
    addDrift(drifts, contract.topic, drift(contract, table.columns));
    return messageHandler(contract, table, header, { ...file, report: expected.report }, emit);
  };
}

function parse(
  file: Omit<ReportFile, 'bytes'>,
  expected: Expected,
  csv: Buffer,
  emit: (outcome: RowOutcome) => void,
  drifts: Record<string, Drift>,
): ReportTotals {
  const parser = new ReportParser(file.fileName, tableHandler(file, expected, emit, drifts));
  for (let from = 0; from < csv.length; from += CHUNK_BYTES)
    parser.write(csv.subarray(from, from + CHUNK_BYTES));
  const totals = parser.end();
  checkReport(totals.header, expected, file.fileName);
  return totals;
}

function* outcomesOf(
  file: Omit<ReportFile, 'bytes'>,
  expected: Expected,
  csv: Buffer,
): Generator<RowOutcome, void> {
  let ready: RowOutcome[] = [];
  const parser = new ReportParser(
    file.fileName,
    tableHandler(file, expected, (outcome) => ready.push(outcome), {}),
  );
  for (let from = 0; from < csv.length; from += CHUNK_BYTES) {
    parser.write(csv.subarray(from, from + CHUNK_BYTES));
    yield* ready;
    ready = [];
  }
  parser.end();
  yield* ready;
}

function count(outcome: RowOutcome, counts: Pick<ReportFileSummary, 'rows' | 'deadLetters'>): void {
  if (outcome.kind === 'row') counts.rows[outcome.topic] = (counts.rows[outcome.topic] ?? 0) + 1;
  else counts.deadLetters[outcome.reason] = (counts.deadLetters[outcome.reason] ?? 0) + 1;
}

function addDrift(drifts: Record<string, Drift>, topic: string, { missing, added }: Drift): void {
  const known = drifts[topic] ?? { missing: [], added: [] };
  drifts[topic] = {
    missing: [...new Set([...known.missing, ...missing])],
    added: [...new Set([...known.added, ...added])],
  };
}

function zeroes(topics: readonly string[] | undefined): Record<string, number> {
  return Object.fromEntries((topics ?? []).map((topic) => [topic, 0]));
}
