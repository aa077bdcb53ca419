import type { TypedColumn } from '../../../core/columns/makeColumn';
import { DoubleColumn, IntColumn } from '../../../core/columns/numberColumns';
import { WordColumn } from '../../../core/columns/textColumns';
import { TimeColumn } from '../../../core/columns/timeColumn';
import type { Contract, ContractColumn } from '../contracts/contracts';
import type { ReportHeader } from './reportHeader';
import { plainDecimal } from './plainDecimal';
import { stampReader, type FutureLimit } from './stampReader';
import { rejection, type Rejection } from './rejection';

/** Checks a row's cell and sets its typed value in the given row of a column, once for live and bulk. */
export type CellReader = (cells: readonly string[], row: number) => Rejection | undefined;

type TextReader = (text: string, row: number) => Rejection | undefined;

const INT_MAX = 2 ** 31 - 1;

/**
 * The readers of one table, in the order in which they judge: number of cells, id, then the contract's
 * columns in its order. A column missing in the file is not read: that is drift, which a later gate stops as
 * a whole.
 *
 * @param typed the contract's columns, in its order.
 */
export function cellReaders(
  contract: Contract,
  columns: readonly string[],
  header: ReportHeader,
  typed: readonly TypedColumn[],
): CellReader[] {
  const ordered = contract.columns
    .map((column, at) => ({ column, index: columns.indexOf(column.name), typed: typed[at]! }))
    .filter(({ index }) => index !== -1)
    .sort(
      (a, b) => Number(b.column.name === contract.id_column) - Number(a.column.name === contract.id_column),
    );
  return [
    cellCount(columns.length),
    ...ordered.map((each) => cellReader(contract, each.column, each.index, header, each.typed)),
  ];
}

function cellCount(expected: number): CellReader {
  return ({ length }) =>
    length === expected
      ? undefined
      : rejection('cell_count', `cell_count:${expected}`, `${expected} cells as in the I row`, `${length}`);
}

function cellReader(
  contract: Contract,
  column: ContractColumn,
  index: number,
  header: ReportHeader,
  typed: TypedColumn,
): CellReader {
  const read = textReader(contract, column, header, typed);
  if (column.name === contract.id_column) return idReader(column.name, contract.id_name!, index, read);
  const { name, nullable } = column;
  return (cells, row) => {
    const text = cells[index]!;
    if (text !== '') return read(text, row);
    typed.setNull(row);
    return nullable
      ? undefined
      : rejection(`${name.toLowerCase()}_missing`, `not_null:${name}`, `a value in ${name}`, 'none');
  };
}

function idReader(name: string, idName: string, index: number, read: TextReader): CellReader {
  return (cells, row) => {
    const text = cells[index]!;
    return text !== '' && text.trim() !== ''
      ? read(text, row)
      : rejection(`empty_${idName}`, `not_null:${name}`, `a ${name}`, JSON.stringify(text));
  };
}

function textReader(
  contract: Contract,
  column: ContractColumn,
  header: ReportHeader,
  typed: TypedColumn,
): TextReader {
  if (typed instanceof TimeColumn)
    return stampReader(column.name, typed, futureLimit(contract, column, header));
  if (typed instanceof DoubleColumn) return numberReader(column, typed, marketNumber);
  if (typed instanceof IntColumn) return numberReader(column, typed, marketInteger);
  if (typed instanceof WordColumn) return allowedReader(column, wordReader(typed));
  throw new TypeError(
    `${contract.topic}.${column.name}: expected a type that reports hold, found ${column.type}`,
  );
}

function futureLimit(
  { interval_column, futureTolerance_ms }: Contract,
  { name }: ContractColumn,
  header: ReportHeader,
): FutureLimit | undefined {
  if (name !== interval_column || futureTolerance_ms === null) return undefined;
  return { header, tolerance_ms: futureTolerance_ms };
}

/** Rejects words that the contract does not allow, where it names those that it does. */
function allowedReader({ name, allowed_values }: ContractColumn, read: TextReader): TextReader {
  if (allowed_values === null) return read;
  const allowed = new Set(allowed_values);
  return (text, row) =>
    allowed.has(text)
      ? read(text, row)
      : rejection(
          `${name.toLowerCase()}_not_allowed`,
          `allowed_values:${name}`,
          `${allowed_values.join(', ')} in ${name}`,
          JSON.stringify(text.slice(0, 40)),
        );
}

function numberReader(
  { name, type }: ContractColumn,
  typed: DoubleColumn | IntColumn,
  numberIn: (text: string) => number,
): TextReader {
  return (text, row) => {
    const value = numberIn(text);
    if (Number.isFinite(value)) {
      typed.set(row, value);
      return undefined;
    }
    return rejection(
      `${name.toLowerCase()}_not_a_number`,
      `${type}:${name}`,
      `a number in ${name}`,
      JSON.stringify(text.slice(0, 40)),
    );
  };
}

function wordReader(typed: WordColumn): TextReader {
  return (text, row) => {
    typed.set(row, text);
    return undefined;
  };
}

/**
 * A number as the operator writes it: sign, digits, fraction, exponent (`-1E-05`). Not finite for others:
 * forms that other readers accept (`NaN`, `Infinity`, `0x1F`, blanks around) are rejected.
 */
export function marketNumber(text: string): number {
  return plainDecimal(text) ?? anyNumber(text);
}

function anyNumber(text: string): number {
  return /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** The same for whole numbers that fit 32 bits. */
export function marketInteger(text: string): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(value) <= INT_MAX ? value : Number.NaN;
}
