import type { Cell } from '../../trino/client';
import { tableLayout, type TableLayout } from './output';

export type Format = 'table' | 'csv' | 'json';

/** Text of rows that are written in sequence and not kept. */
export interface RowFormat {
  begin(names: string[]): string;
  row(cells: Cell[]): string;
  end(rows: number): string;
}

/** Rows that a table's widths are taken from; longer cells after them stand out, and are written whole. */
const SAMPLE_ROWS = 1000;

export function rowFormat(format: Format): RowFormat {
  if (format === 'csv') return csv;
  return format === 'json' ? new JsonRows() : new TableRows();
}

/** RFC 4180. Null is an empty field and an empty text is `""`, so that the two differ, as in PostgreSQL. */
const csv: RowFormat = {
  begin: (names) => csvLine(names),
  row: (cells) => csvLine(cells),
  end: () => '',
};

function csvLine(cells: Cell[]): string {
  // Most readers do not take an empty line as a row.
  const line = cells.length === 1 && cells[0] === null ? '""' : cells.map(csvCell).join(',');
  return `${line}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  const text = textOf(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** One list of objects, a row a line. */
class JsonRows implements RowFormat {
  private names: string[] = [];
  private isFirst = true;

  begin(names: string[]): string {
    this.names = distinct(names);
    return '[';
  }

  row(cells: Cell[]): string {
    const lead = this.isFirst ? '\n' : ',\n';
    this.isFirst = false;
    const row = Object.fromEntries(this.names.map((name, index) => [name, cells[index]]));
    return `${lead}  ${JSON.stringify(row)}`;
  }

  end(): string {
    return this.isFirst ? ']\n' : '\n]\n';
  }
}

/** A second column of a name would replace the first. */
function distinct(names: string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let [own, count] = [name, 1];
    while (seen.has(own)) own = `${name}_${(count += 1)}`;
    seen.add(own);
    return own;
  });
}

class TableRows implements RowFormat {
  private names: string[] = [];
  private sample: (string | number | null)[][] = [];
  private layout: TableLayout | null = null;

  begin(names: string[]): string {
    this.names = names;
    return '';
  }

  row(cells: Cell[]): string {
    const row = cells.map(tableCell);
    if (this.layout) return `${this.layout.line(row)}\n`;
    this.sample.push(row);
    return this.sample.length < SAMPLE_ROWS ? '' : this.flush();
  }

  end(rows: number): string {
    return `${this.layout ? '' : this.flush()}(${rows} rows)\n`;
  }

  private flush(): string {
    this.layout = tableLayout(this.names, this.sample);
    const lines = [this.layout.head, ...this.sample.map((row) => this.layout!.line(row))];
    this.sample = [];
    return `${lines.join('\n')}\n`;
  }
}

/** A line end inside a cell would break the table. */
function tableCell(cell: Cell): string | number | null {
  if (cell === null || typeof cell === 'number') return cell;
  return textOf(cell).replace(/[\u0000-\u001f]/g, (mark) => JSON.stringify(mark).slice(1, -1));
}

function textOf(cell: Exclude<Cell, null>): string {
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
