import type { LakeColumn, RowOrigin } from './lakeColumn';
import { makeColumn, type TypedColumn } from './makeColumn';
import { IntColumn } from './numberColumns';
import { TextColumn } from './textColumns';

/** Rows of one file's table, from `start` up to the next section. */
export interface RowSection {
  start: number;
  origin: RowOrigin;
}

/** A place to which a table can be cut back. */
export interface RowMark {
  rows: number;
  sections: number;
}

/**
 * Typed rows of one topic, of one file or many, column by column. A row is first set in `columns`, `lines`
 * and `extra` at `rows`, then counted by `take`; what is never taken does not exist.
 */
export class RowTable {
  readonly columns: readonly TypedColumn[];
  readonly lines = new IntColumn({ name: 'source_line', type: 'int' });
  /** Columns of the file that the contract does not type, as a JSON object of texts. */
  readonly extra = new TextColumn({ name: 'extra', type: 'string' });
  readonly sections: RowSection[] = [];
  rows = 0;

  constructor(
    readonly topic: string,
    columns: readonly LakeColumn[],
  ) {
    this.columns = columns.map(makeColumn);
  }

  /** Begins the rows of another file or of another table of it, which may leave columns out. */
  open(origin: RowOrigin): void {
    this.clearFrom(this.rows);
    this.sections.push({ start: this.rows, origin });
  }

  take(): void {
    this.rows += 1;
  }

  mark(): RowMark {
    return { rows: this.rows, sections: this.sections.length };
  }

  /** Forgets all rows since the mark. */
  cutTo({ rows, sections }: RowMark): void {
    this.rows = rows;
    this.sections.length = sections;
    this.clearFrom(rows);
  }

  /** Forgets everything, once the rows are written elsewhere. */
  clear(): void {
    this.cutTo({ rows: 0, sections: 0 });
    for (const column of this.columns) column.clear();
  }

  /** Of the rows taken now. */
  get origin(): RowOrigin | undefined {
    return this.sections.at(-1)?.origin;
  }

  private clearFrom(row: number): void {
    for (const column of [...this.columns, this.lines, this.extra]) column.cut(row);
  }
}
