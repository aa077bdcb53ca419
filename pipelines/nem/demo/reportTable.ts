/** A table of a report: the first four cells of its I row and the columns after them. */
export interface ReportTable {
  report: string;
  subtype: string;
  version: number;
  columns: readonly string[];
}

export function reportTable(report: string, subtype: string, version: number, columns: string): ReportTable {
  return { report, subtype, version, columns: columns.trim().split(/[\s,]+/) };
}
