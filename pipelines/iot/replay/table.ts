/** A text table: names of its columns in lower case, and its rows of texts. */
export interface TextTable {
  columns: string[];
  rows: string[][];
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Any line ends; cells in double quotes or not, none of which holds a comma. */
export function readTable(bytes: Uint8Array): TextTable {
  const lines = decoded(bytes)
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
  const [head = [], ...rows] = lines.map((line) => line.split(',').map(cellOf));
  return { columns: head.map((name) => name.toLowerCase()), rows };
}

/** Old files of sensors are in Windows-1252: their numbers are the same. */
function decoded(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function cellOf(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1).trim() : trimmed;
}
