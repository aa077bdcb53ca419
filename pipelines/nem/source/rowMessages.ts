import { drift, type Contract } from '../contracts/contracts';
import type { ReportHeader } from './reportHeader';
import type { ReportRow, ReportTable, RowHandler } from './reportParser';
import { rowChecks, type Refusal } from './rowChecks';

/** Value of a data topic's message, contract version 1: one D row as received, with its position. */
export interface RowMessage {
  v: number;
  report: string;
  table: string;
  table_version: number;
  source_file: string;
  source_sha256: string;
  /** Physical line in the CSV; the C row is line 1. */
  source_line: number;
  /** Stamp of the C row, NEM time as written. */
  header_at: string;
  /** Id of the C row, 20 digits. */
  file_id: string;
  /** When the file was first landed, ISO 8601 UTC; the same over retries. */
  ingested_at: string;
  missing_columns: string[];
  /** Every column of the file's own I row, as text as received; an empty cell is null. */
  values: Record<string, string | null>;
}

export type RowOutcome =
  | { kind: 'row'; topic: string; key: string; line: number; message: RowMessage }
  | ({ kind: 'deadLetter'; topic: string; key: string; line: number; payload: string } & Refusal);

/** The coordinates that every row of one file shares. */
export interface FileCoordinates {
  fileName: string;
  sha256: string;
  /** ISO 8601 UTC of the first landing. */
  ingestedAt: string;
  report: string;
}

/**
 * The handler for one table's rows: gives each either as a message or as a dead letter of the same topic,
 * keyed by unit, region or interconnector; without such an id, by its interval or else the file's name.
 */
export function rowHandler(
  contract: Contract,
  table: ReportTable,
  header: ReportHeader,
  file: FileCoordinates,
  emit: (outcome: RowOutcome) => void,
): RowHandler {
  const checks = rowChecks(contract, table.columns, header);
  const { topic } = contract;
  const keyIndex = table.columns.indexOf(contract.id_column ?? contract.interval_column);
  const common = messageStart(contract, table, header, file);
  return (row) => {
    const key = row.cells[keyIndex]?.trim() || file.fileName;
    const refused = firstRefusal(checks, row.cells);
    if (refused) emit({ kind: 'deadLetter', topic, key, line: row.line, payload: row.raw(), ...refused });
    else
      emit({
        kind: 'row',
        topic,
        key,
        line: row.line,
        message: { ...common, source_line: row.line, values: valuesOf(table, row) },
      });
  };
}

function firstRefusal(checks: ReturnType<typeof rowChecks>, cells: readonly string[]): Refusal | undefined {
  for (const check of checks) {
    const refused = check(cells);
    if (refused) return refused;
  }
  return undefined;
}

/**
 * In the order of the message's definition, so that equal rows are equal bytes; `source_line` and `values`
 * are set per row.
 */
function messageStart(
  contract: Contract,
  table: ReportTable,
  header: ReportHeader,
  file: FileCoordinates,
): RowMessage {
  return {
    v: contract.version,
    report: file.report,
    table: table.key,
    table_version: table.version,
    source_file: file.fileName,
    source_sha256: file.sha256,
    source_line: 0,
    header_at: header.headerAtNem,
    file_id: header.fileId,
    ingested_at: file.ingestedAt,
    missing_columns: drift(contract, table.columns).missing,
    values: {},
  };
}

function valuesOf({ columns }: ReportTable, { cells }: ReportRow): Record<string, string | null> {
  const values: Record<string, string | null> = {};
  for (let index = 0; index < columns.length; index += 1) values[columns[index]!] = cells[index] || null;
  return values;
}
