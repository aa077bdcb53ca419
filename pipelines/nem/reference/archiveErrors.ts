import { CurrentsError } from '../../../core/errors';

/** None of the months looked at has the unit tables. */
export class MonthlyArchiveMissingError extends CurrentsError {
  constructor(site: string, months: string[]) {
    super(
      `${site}: expected DUDETAILSUMMARY and STATION in the monthly archive of ${months.join(', ')}, found neither`,
      {
        code: 'MONTHLY_ARCHIVE_MISSING',
        kind: 'upstream',
        retryable: false,
        hint:
          'Load units from a file: npx currents metadata load --workbook <registration ' +
          'list.xlsx> (or --unit-csv).',
      },
    );
  }
}
