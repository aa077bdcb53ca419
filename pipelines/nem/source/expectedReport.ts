import { contractOfTable, type Contract } from '../contracts/contracts';
import { parseArchiveName } from './archiveFiles';
import { UntrustedFileError } from './errors';
import { parseReportFileName } from './reportFiles';
import type { ReportHeader } from './reportHeader';
import type { ReportTable } from './reportParser';

/** What a file's name promises of its content. */
export interface Expected {
  report: string;
  intervalEndNem: string | null;
  headerReports: readonly string[];
  /** undefined: whatever the tables say (monthly archive). */
  topics: readonly string[] | undefined;
}

export function expectedOf(fileName: string): Expected {
  const name = parseReportFileName(fileName);
  if (name)
    return {
      report: name.source.report,
      intervalEndNem: name.intervalEndNem,
      headerReports: name.source.headerReports,
      topics: name.source.topics,
    };
  const table = parseArchiveName(fileName)?.table;
  if (table)
    return { report: 'MMSDM', intervalEndNem: null, headerReports: [`DVD_${table}`], topics: undefined };
  throw new UntrustedFileError(
    'unknown_report',
    fileName,
    'the name of a report the pipeline reads',
    'another name',
  );
}

/** The contract of a table that is read from this report; undefined for one that is only counted. */
export function contractIn(expected: Expected, { key }: ReportTable): Contract | undefined {
  const contract = contractOfTable(key);
  return contract && expected.topics?.includes(contract.topic) !== false ? contract : undefined;
}

export function checkReport(header: ReportHeader, expected: Expected, fileName: string): void {
  if (expected.headerReports.includes(header.report)) return;
  throw new UntrustedFileError(
    'report_mismatch',
    `${fileName} line 1`,
    `report ${expected.headerReports.join(' or ')} in the C row`,
    header.report,
  );
}
