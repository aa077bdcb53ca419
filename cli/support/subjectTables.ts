import { table } from './output';
import type { SubjectCheck } from './subjectCheck';

/** A line for each subject; then one for each change, if there are any. */
export function subjectTables(checks: readonly SubjectCheck[]): string {
  const subjects = checks.map(({ subject, outcome, reasons }) => [subject, outcome, reasons.join('; ')]);
  const changes = checks.flatMap(({ subject, changes: found }) =>
    found.map(({ field, rule, was, is, is_breaking }) => [
      subject,
      field,
      rule,
      was,
      is,
      is_breaking ? 'yes' : 'no',
    ]),
  );
  const tables = [table(['subject', 'outcome', 'the registry says'], subjects)];
  if (changes.length > 0) tables.push(table(['subject', 'field', 'rule', 'was', 'is', 'breaks'], changes));
  return tables.join('\n\n');
}
