/** A text literal; the only character with a meaning inside one is the quote itself. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An identifier with any characters. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A dotted table name, each part quoted: `slot_1.iot.bronze_events`. */
export function quoteDotted(name: string): string {
  return name.split('.').map(quoteName).join('.');
}

/**
 * Literal rows as a relation to select from. One JSON text, not VALUES: Trino's planner rewrites each cell of
 * VALUES again and again (a fifth of its time in a run, by profile), but folds this to a constant once.
 *
 * @param columns Name and type of each column; other properties of the rows are left out.
 */
export function jsonRows(alias: string, columns: Record<string, string>, rows: object[]): string {
  const names = Object.keys(columns);
  const json = JSON.stringify(
    rows.map((row) => names.map((name) => (row as Record<string, unknown>)[name] ?? null)),
  );
  const type = `array(row(${Object.entries(columns)
    .map(([name, of]) => `${quoteName(name)} ${of}`)
    .join(', ')}))`;
  return (
    `(SELECT * FROM UNNEST(CAST(json_parse(${quoteText(json)}) AS ${type}))) AS ${alias} ` +
    `(${names.map(quoteName).join(', ')})`
  );
}
