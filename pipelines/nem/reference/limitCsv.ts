import { readCsvTable, type CsvRow, type Synonyms } from './csvTable';
import { LIMIT_NAMES, type LimitName, type LimitPoint } from './marketLimits';
import type { TextEncoding } from './textDecoding';
import { nemText, type MetadataProblem } from './unitMetadata';

const LIMIT_COLUMN_SYNONYMS: Synonyms = {
  name: ['limit', 'limit name'],
  value: ['amount'],
  valid_from: ['EFFECTIVEDATE', 'START_DATE', 'start', 'from'],
};

/**
 * Limits from a CSV file of the user's: `name`, `value`, `valid_from`. A limit holds until the next of its
 * name, so there is no end. Rows that cannot be used are left out and listed; so are all rows of a name and
 * moment that disagree, since the right one is unknown.
 *
 * @throws MetadataColumnsError, MetadataEncodingError, MetadataFormatError.
 */
export function readLimitCsv(
  bytes: Buffer,
  source: string,
  encoding?: TextEncoding,
): { limits: LimitPoint[]; problems: MetadataProblem[] } {
  const required = [['name'], ['value'], ['valid_from']];
  const table = readCsvTable(bytes, source, LIMIT_COLUMN_SYNONYMS, required, encoding);
  const problems = [...table.problems];
  const read = table.rows.flatMap((row) => {
    const limit = limitIn(row, source);
    if (!Array.isArray(limit)) return [{ row, limit }];
    problems.push(...limit.map((problem) => ({ line: row.line, text: row.text, problem })));
    return [];
  });
  const limits = read.flatMap(({ row, limit }) => {
    const others = read.filter(
      (other) => other.limit.name === limit.name && other.limit.valid_from === limit.valid_from,
    );
    if (others.every((other) => other.limit.value === limit.value)) return [limit];
    const problem = `expected one value of ${limit.name} from ${limit.valid_from}, found ${others.length}`;
    problems.push({ line: row.line, text: row.text, problem });
    return [];
  });
  return { limits, problems: problems.sort((a, b) => a.line - b.line) };
}

/** The limit, or every mistake of its row. */
function limitIn(row: CsvRow, source: string): LimitPoint | string[] {
  const name = row.cell('name').trim() as LimitName;
  const value = row.number('value', -Infinity);
  const valid_from = nemText(row.cell('valid_from'));
  const mistakes = [
    LIMIT_NAMES.includes(name) ? null : `expected name ${LIMIT_NAMES.join(', ')}, found ${name}`,
    typeof value === 'number' ? null : `expected a number as value, found ${row.cell('value') || 'none'}`,
    valid_from
      ? null
      : `expected valid_from in NEM time (YYYY-MM-DD HH:MM:SS), found ${row.cell('valid_from') || 'none'}`,
  ].filter((mistake) => mistake !== null);
  if (mistakes.length > 0 || typeof value !== 'number' || !valid_from) return mistakes;
  return { name, value, valid_from, source };
}
