import type { RowOrigin } from '../../../core/columns/lakeColumn';
import type { RowTable } from '../../../core/columns/rowTable';
import { drift, type Contract } from '../contracts/contracts';
import type { ReportHeader } from './reportHeader';
import type { ReportRow, ReportTable } from './reportParser';
import type { Rejection } from './rejection';
import { cellReaders } from './rowChecks';

/** The coordinates that every row of one file shares. */
export interface FileCoordinates {
  fileName: string;
  sha256: string;
  /** ISO 8601 UTC of the first landing. */
  ingestedAt: string;
  report: string;
}

/** How the D rows that follow one I row become typed rows of a topic. */
export interface RowPlan {
  topic: string;
  origin: RowOrigin;
  /** Sets the row after the table's last one; `table.take()` keeps it. */
  read(row: ReportRow): Rejection | undefined;
  /** Key of the row's message: its unit, region or interconnector, else its interval or the file's name. */
  keyOf(row: ReportRow): string;
}

export function rowPlan(
  contract: Contract,
  reportTable: ReportTable,
  header: ReportHeader,
  file: FileCoordinates,
  table: RowTable,
): RowPlan {
  const { columns } = reportTable;
  const readers = cellReaders(contract, columns, header, table.columns);
  const readExtra = extraReader(contract, columns, table);
  const origin = originOf(contract, reportTable, header, file);
  const keyIndex = columns.indexOf(contract.id_column ?? contract.interval_column);
  return {
    topic: contract.topic,
    origin,
    keyOf: ({ cells }) => cells[keyIndex]?.trim() || file.fileName,
    read: ({ cells, line }) => {
      if (table.origin !== origin) table.open(origin);
      const { rows } = table;
      for (const reader of readers) {
        const rejection = reader(cells, rows);
        if (rejection) return rejection;
      }
      table.lines.set(rows, line);
      readExtra?.(cells, rows);
      return undefined;
    },
  };
}

/** In the order of the header's definition, so that equal files have equal bytes. */
function originOf(
  contract: Contract,
  { key, version, columns }: ReportTable,
  header: ReportHeader,
  { report, fileName, sha256, ingestedAt }: FileCoordinates,
): RowOrigin {
  return {
    report,
    table: key,
    table_version: version,
    source_file: fileName,
    source_sha256: sha256,
    header_at: header.headerAtNem.replaceAll('/', '-').replace(' ', 'T'),
    file_id: header.fileId,
    ingested_at: ingestedAt,
    missing_columns: drift(contract, columns).missing,
  };
}

/** Keeps the cells, as received and unless empty, of columns that the contract does not type. */
function extraReader(
  contract: Contract,
  columns: readonly string[],
  { extra }: RowTable,
): ((cells: readonly string[], row: number) => void) | undefined {
  const typed = new Set(contract.columns.map(({ name }) => name));
  const outside = columns.flatMap((name, index) =>
    typed.has(name) ? [] : [{ start: `${JSON.stringify(name)}:`, index }],
  );
  if (outside.length === 0) return undefined;
  return (cells, row) => {
    const parts = outside
      .filter(({ index }) => cells[index] !== '')
      .map(({ start, index }) => start + JSON.stringify(cells[index]));
    if (parts.length === 0) extra.setNull(row);
    else extra.set(row, `{${parts.join(',')}}`);
  };
}
