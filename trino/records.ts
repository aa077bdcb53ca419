import type { Cell, Page } from './client';

/** Rows as objects keyed by column name. Of columns with the same name the last one wins. */
export function asRecords(page: Page): Record<string, Cell>[] {
  const names = page.columns.map((column) => column.name);
  return page.rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}
