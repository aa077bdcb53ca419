import { columnPositions, repeatedColumns, type Synonyms } from './csvTable';
import { MetadataColumnsError, MetadataFormatError } from './errors';

/** The sheet's names over the years, compared without case, blanks and punctuation. */
const SHEET_NAMES = [
  'PU and Scheduled Loads',
  'Generators and Scheduled Loads',
  'Generating Units and Scheduled Loads',
  'Scheduled Loads and Generators',
];
/** Titles and notes above the header of some years' lists take fewer rows than this. */
const HEADER_WITHIN_ROWS = 20;

export interface WorkbookSheet {
  name: string;
  positions: Map<string, number>;
  header: { line: number; text: string; repeated: string[] };
  /** Rows below the header, with the number that a spreadsheet shows. */
  rows: { line: number; cells: string[] }[];
}

/**
 * The sheet of units of a registration list: by one of its names, else the sheet whose header has every
 * required column.
 *
 * @throws MetadataFormatError when the bytes are no workbook or no sheet fits; MetadataColumnsError when a
 *   sheet has the name but not the columns.
 */
export async function unitsSheet(
  bytes: Buffer,
  source: string,
  required: Synonyms,
  optional: Synonyms,
): Promise<WorkbookSheet> {
  const sheets = await sheetsOf(bytes, source);
  const known = SHEET_NAMES.map(plain);
  const named = sheets.filter(({ sheet }) => known.includes(plain(sheet)));
  for (const { sheet, data } of [...named, ...sheets]) {
    const found = withHeader(sheet, data, required, optional);
    if (found) return found;
  }
  if (named[0]) throw missingColumns(`${source} (${named[0].sheet})`, named[0].data, required);
  throw new MetadataFormatError(
    source,
    `an xlsx workbook with the sheet "${SHEET_NAMES[0]}" (or "${SHEET_NAMES[1]}")`,
    `the sheets ${sheets.map(({ sheet }) => `"${sheet}"`).join(', ')}`,
  );
}

async function sheetsOf(bytes: Buffer, source: string): Promise<{ sheet: string; data: string[][] }[]> {
  // The package is an ES module, which CommonJS can only import dynamically.
  const { default: readWorkbook } = await import('read-excel-file/node');
  try {
    const sheets = await readWorkbook(bytes);
    return sheets.map(({ sheet, data }) => ({ sheet, data: data.map((row) => row.map(cellText)) }));
  } catch (error) {
    throw new MetadataFormatError(
      source,
      `an xlsx workbook with the sheet "${SHEET_NAMES[0]}"`,
      (error as Error).message,
      error,
    );
  }
}

function withHeader(
  name: string,
  data: readonly string[][],
  required: Synonyms,
  optional: Synonyms,
): WorkbookSheet | null {
  const columns = Object.keys(required);
  for (const [index, header] of data.slice(0, HEADER_WITHIN_ROWS).entries()) {
    const positions = columnPositions(header, { ...required, ...optional });
    if (!columns.every((column) => positions.has(column))) continue;
    const rows = data.map((cells, at) => ({ line: at + 1, cells })).slice(index + 1);
    const repeated = repeatedColumns(header, positions);
    return { name, positions, rows, header: { line: index + 1, text: header.join('|'), repeated } };
  }
  return null;
}

/** Names the columns missing in the row that looks most like the header. */
function missingColumns(place: string, data: readonly string[][], required: Synonyms): MetadataColumnsError {
  const columns = Object.keys(required);
  const found = (row: string[]) => columnPositions(row, required).size;
  const header = data
    .slice(0, HEADER_WITHIN_ROWS)
    .reduce<string[]>((best, row) => (found(row) > found(best) ? row : best), data[0] ?? []);
  const positions = columnPositions(header, required);
  return new MetadataColumnsError(
    place,
    columns.filter((column) => !positions.has(column)),
    header,
  );
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function cellText(cell: unknown): string {
  return cell === null || cell === undefined ? '' : String(cell);
}
