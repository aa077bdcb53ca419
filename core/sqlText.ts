/** A text literal; the only character with a meaning inside one is the quote itself. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An identifier, whatever characters it holds. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A dotted table name, each part quoted: `slot_1.nem.bronze_dispatch`. */
export function quoteDotted(name: string): string {
  return name.split('.').map(quoteName).join('.');
}
