import {
  ReportParser,
  type ReportTable,
  type ReportTotals,
} from '../../../pipelines/nem/source/reportParser';

/** Reports written by hand in the published grammar. */
export const SCADA_HEADER =
  'C,NEMP.WORLD,DISPATCHSCADA,AEMO,PUBLIC,2025/12/27,00:00:23,0000000495867506,DISPATCHSCADA,0000000495867500';
export const SCADA_TABLE = 'I,DISPATCH,UNIT_SCADA,1,SETTLEMENTDATE,DUID,SCADAVALUE,LASTCHANGED';

/** Adds the footer with the right count of physical lines. */
export function report(lines: string[], lineEnd = '\r\n'): string {
  const body = lines.join(lineEnd);
  return `${body}${lineEnd}C,"END OF REPORT",${body.split('\n').length + 1}${lineEnd}`;
}

export function scadaReport(rows: string[], table = SCADA_TABLE): string {
  return report([SCADA_HEADER, table, ...rows]);
}

/** A UNIT_SCADA row; the parts not given are good ones. */
export function scadaRow(
  part: { date?: string; duid?: string; value?: string; changed?: string } = {},
): string {
  const {
    date = '"2025/12/27 00:05:00"',
    duid = 'BARCSF1',
    value = '0.20',
    changed = '"2025/12/27 00:00:22"',
  } = part;
  return `D,DISPATCH,UNIT_SCADA,1,${date},${duid},${value},${changed}`;
}

export interface ParsedRow {
  table: ReportTable;
  line: number;
  cells: string[];
  raw: string;
}

export interface Parsed extends ReportTotals {
  parsed: ParsedRow[];
}

/** Parses a whole report, in chunks of `chunkBytes`, keeping the rows of every table (or those named). */
export function parseAll(content: string | Buffer, chunkBytes = 1 << 16, tables?: string[]): Parsed {
  const parsed: ParsedRow[] = [];
  const parser = new ReportParser('test.csv', (table) => {
    if (tables?.includes(table.key) === false) return undefined;
    return (row) => parsed.push({ table, line: row.line, cells: [...row.cells], raw: row.raw() });
  });
  const bytes = Buffer.from(content as string);
  for (let from = 0; from < bytes.length; from += chunkBytes)
    parser.write(bytes.subarray(from, from + chunkBytes));
  return { ...parser.end(), parsed };
}

/**
 * The reason a call is refused for, or undefined when it is not; anything but our own error fails the test.
 */
export function reasonOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const { reason, hint } = error as { reason?: string; hint?: string };
    if (!reason || !hint) throw error;
    return reason;
  }
}
