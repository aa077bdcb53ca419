import { splitQuoted } from './csvRecord';
import { UntrustedFileError } from './errors';
import { nemInstant } from '../time';

/** The first C row of a report. */
export interface ReportHeader {
  /** Publishing system, such as NEMP.WORLD (reports) or SETP.WORLD (monthly archive). */
  system: string;
  /** Report as the file itself names it, such as DISPATCHSCADA or DVD_DISPATCH_UNIT_SCADA. */
  report: string;
  /** When the file was made, NEM time as written: `YYYY/MM/DD HH:MM:SS`. */
  headerAtNem: string;
  headerAt_ms: number;
  /**
   * Event id, padded to 20 digits so that text order is number order (16 digits in reports, 15 in the monthly
   * archive).
   */
  fileId: string;
}

const HEADER_CELLS = 10;
const FILE_ID_DIGITS = 20;

/**
 * Reads `C,<system>,<report>,AEMO,PUBLIC,YYYY/MM/DD,HH:MM:SS,<id>,<group>,<id>` (AEMO, Guide to CSV Data
 * Format Standard).
 *
 * @throws UntrustedFileError file_header when the record has another shape.
 */
export function parseHeader(record: string, fileName: string): ReportHeader {
  const cells = splitQuoted(record) ?? [];
  const [kind, system = '', report = '', , , date = '', time = '', id = ''] = cells;
  const headerAtNem = `${date} ${time}`;
  const headerAt_ms = nemInstant(headerAtNem);
  const hasShape =
    kind === 'C' && cells.length === HEADER_CELLS && system !== '' && report !== '' && /^\d{1,20}$/.test(id);
  if (!hasShape || headerAt_ms === undefined) throw notAHeader(record, fileName);
  return { system, report, headerAtNem, headerAt_ms, fileId: id.padStart(FILE_ID_DIGITS, '0') };
}

function notAHeader(record: string, fileName: string): UntrustedFileError {
  const isPage = /^\s*<(!doctype|html|\?xml|head|body)/i.test(record);
  const found = isPage ? 'an HTML page' : JSON.stringify(record.slice(0, 80));
  return new UntrustedFileError(
    'file_header',
    `${fileName} line 1`,
    'a C row: C,system,report,AEMO,PUBLIC,date,time,id,group,id',
    found,
  );
}
