import type { RowSink } from '../../../core/source';
import { lakeColumns } from '../contracts/lakeColumns';
import { checkReport, contractIn, expectedOf, type Expected } from './expectedReport';
import { ReportParser, type TableHandler } from './reportParser';
import { CHUNK_BYTES, type ReportFile } from './reportReading';
import { extractReport } from './reportZip';
import { rowPlan } from './rowPlan';

/**
 * A larger file is verified before its rows are read, so that its rows can leave memory while it is read. A
 * 5-minute report has up to 2.4 MB.
 */
const ONE_READING_BYTES = 8 << 20;

/**
 * The bulk way: reads a published zip into typed columns and dead letters, by the checks of the live way.
 *
 * @throws UntrustedFileError with the reason for which the whole file is quarantined; the sink must then
 * forget what it got of this file.
 */
export async function readReportRows(file: ReportFile, sink: RowSink): Promise<void> {
  const expected = expectedOf(file.fileName);
  const { bytes } = await extractReport(file.bytes, file.fileName);
  await readCsvRows(file, expected, bytes, sink);
}

async function readCsvRows(file: ReportFile, expected: Expected, csv: Buffer, sink: RowSink): Promise<void> {
  const isLarge = csv.length > ONE_READING_BYTES;
  if (isLarge) verify(file, expected, csv);
  const parser = new ReportParser(file.fileName, columnHandler(file, expected, sink));
  for (const piece of pieces(csv)) {
    parser.write(piece);
    if (isLarge) await sink.drain();
  }
  checkReport(parser.end().header, expected, file.fileName);
}

function verify({ fileName }: ReportFile, expected: Expected, csv: Buffer): void {
  const parser = new ReportParser(fileName, (table) =>
    contractIn(expected, table) ? () => undefined : undefined,
  );
  for (const piece of pieces(csv)) parser.write(piece);
  checkReport(parser.end().header, expected, fileName);
}

function* pieces(csv: Buffer): Generator<Buffer> {
  for (let from = 0; from < csv.length; from += CHUNK_BYTES) yield csv.subarray(from, from + CHUNK_BYTES);
}

function columnHandler(file: ReportFile, expected: Expected, sink: RowSink): TableHandler {
  return (reportTable, header) => {
    const contract = contractIn(expected, reportTable);
    if (!contract) return undefined;
    const { topic } = contract;
    const table = sink.tableOf(topic, lakeColumns(contract));
    const coordinates = { ...file, report: expected.report };
    const { read, keyOf } = rowPlan(contract, reportTable, header, coordinates, table);
    return (row) => {
      const rejection = read(row);
      if (!rejection) return table.take();
      const { reason, rule, explanation: message } = rejection;
      const rejected = { topic, key: keyOf(row), value: row.raw(), reason, rule, message, line: row.line };
      sink.reject({ kind: 'deadLetter', ...rejected });
    };
  };
}
