import { zipSync } from 'fflate';
import { reportStamp } from './nemStamp';
import type { ReportTable } from './reportTable';

/** A value in a D row: numbers as written by the operator, text bare, stamps quoted, null empty. */
export type Cell = { stamp_nem_ms: number } | { quoted: string } | string | number | null;
export type RowValues = Record<string, Cell>;

export interface ReportSection {
  table: ReportTable;
  rows: readonly RowValues[];
}

export interface ReportHeader {
  report: string;
  header_nem_ms: number;
  file_id: string;
  group: string;
}

/** Ways in which a file can be damaged before it is published. */
export type Damage = 'footer_missing' | 'footer_count_off' | 'cut_in_a_row';

/**
 * The text of a published file: C row, I and D rows with CRLF, and the footer, whose number is that of all
 * physical lines (the operator's CSV data format standard).
 */
export function reportText(
  header: ReportHeader,
  sections: readonly ReportSection[],
  damage?: Damage,
): string {
  const lines = [headerLine(header)];
  for (const section of sections) {
    lines.push(['I', ...tableCells(section.table), ...section.table.columns].join(','));
    for (const row of section.rows) lines.push(rowLine(section.table, row));
  }
  return damage ? damagedText(lines, damage) : finished(lines, lines.length + 1);
}

/**
 * The zip of one member named like the file, in capitals, as NEMWEB publishes it; equal text gives equal
 * bytes.
 */
export function zippedReport(zipName: string, text: string, header_nem_ms: number): Buffer {
  const member = `${zipName.replace(/\.zip$/i, '').toUpperCase()}.CSV`;
  return Buffer.from(
    zipSync({ [member]: [Buffer.from(text, 'latin1'), { mtime: localDate(header_nem_ms), level: 6 }] }),
  );
}

/** One D row as it stands in the file, without its line end. */
export function rowLine(table: ReportTable, values: RowValues): string {
  return ['D', ...tableCells(table), ...table.columns.map((column) => cellText(values[column] ?? null))].join(
    ',',
  );
}

function headerLine(header: ReportHeader): string {
  const [day, time] = reportStamp(header.header_nem_ms).split(' ');
  return [
    'C',
    'NEMP.WORLD',
    header.report,
    'AEMO',
    'PUBLIC',
    day,
    time,
    header.file_id,
    header.group,
    header.file_id,
  ].join(',');
}

function tableCells(table: ReportTable): string[] {
  return [table.report, table.subtype, String(table.version)];
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return numberText(cell);
  if (typeof cell === 'string') return cell;
  return 'quoted' in cell ? `"${cell.quoted}"` : `"${reportStamp(cell.stamp_nem_ms)}"`;
}

function numberText(value: number): string {
  const rounded = Math.round(value * 100_000) / 100_000;
  return String(rounded === 0 ? 0 : rounded).replace('e', 'E');
}

function finished(lines: readonly string[], footerCount: number): string {
  return [...lines, `C,"END OF REPORT",${footerCount}`, ''].join('\r\n');
}

function damagedText(lines: readonly string[], damage: Damage): string {
  const half = lines.slice(0, Math.ceil(lines.length / 2));
  if (damage === 'footer_count_off') return finished(half, lines.length + 1);
  const whole = [...half, ''].join('\r\n');
  return damage === 'footer_missing' ? whole : whole.slice(0, -12);
}

/**
 * Zip stamps are local wall-clock fields; building the date from local fields keeps the bytes alike in every
 * time zone.
 */
function localDate(nem_ms: number): Date {
  const at = new Date(nem_ms);
  return new Date(
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  );
}
