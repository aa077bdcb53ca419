import type { Contract, ContractColumn } from '../contracts/contracts';
import type { ReportHeader } from './reportHeader';
import { nemInstant } from '../time';

/**
 * Why a row becomes a dead letter: `reason` counts and filters, `rule` names the check, `explanation` is for
 * people.
 */
export interface Refusal {
  reason: string;
  rule: string;
  explanation: string;
}

export type RowCheck = (cells: readonly string[]) => Refusal | undefined;

/** A row may speak of the future by this much after its file was made; forecasts have tables of their own. */
const FUTURE_TOLERANCE_MS = 3_600_000;
const INT_MAX = 2 ** 31 - 1;

/**
 * The checks of one table, in the order they are made: number of cells, id, then the contract's columns in
 * its order. A column missing in the file is not checked: that is drift, which a later gate stops as a whole.
 */
export function rowChecks(contract: Contract, columns: readonly string[], header: ReportHeader): RowCheck[] {
  const ordered = [...contract.columns].sort(
    (a, b) => Number(b.name === contract.id_column) - Number(a.name === contract.id_column),
  );
  const checks = ordered.flatMap((column) => {
    const index = columns.indexOf(column.name);
    return index === -1 ? [] : [columnCheck(contract, column, index, header)];
  });
  return [cellCount(columns.length), ...checks.filter((check) => check !== undefined)];
}

function cellCount(expected: number): RowCheck {
  return ({ length }) =>
    length === expected
      ? undefined
      : refusal('cell_count', `cell_count:${expected}`, `${expected} cells as in the I row`, `${length}`);
}

function columnCheck(
  contract: Contract,
  column: ContractColumn,
  index: number,
  header: ReportHeader,
): RowCheck | undefined {
  if (column.name === contract.id_column) return idCheck(column.name, contract.id_name!, index);
  const content = contentCheck(contract, column, header);
  if (!content && column.nullable) return undefined;
  return (cells) => {
    const text = cells[index]!;
    if (text !== '') return content?.(text);
    return column.nullable
      ? undefined
      : refusal(
          `${column.name.toLowerCase()}_missing`,
          `not_null:${column.name}`,
          `a value in ${column.name}`,
          'none',
        );
  };
}

function idCheck(name: string, idName: string, index: number): RowCheck {
  return (cells) =>
    cells[index]!.trim() !== ''
      ? undefined
      : refusal(`empty_${idName}`, `not_null:${name}`, `a ${name}`, JSON.stringify(cells[index]));
}

type ContentCheck = (text: string) => Refusal | undefined;

function contentCheck(
  contract: Contract,
  { name, type }: ContractColumn,
  header: ReportHeader,
): ContentCheck | undefined {
  if (type === 'nem_timestamp')
    return timeCheck(name, name === contract.interval_column ? header : undefined);
  const isNumber = type === 'double' ? isMarketNumber : isMarketInteger;
  if (type === 'varchar') return undefined;
  return (text) =>
    isNumber(text)
      ? undefined
      : refusal(
          `${name.toLowerCase()}_not_a_number`,
          `${type}:${name}`,
          `a number in ${name}`,
          JSON.stringify(text.slice(0, 40)),
        );
}

/** One file repeats a stamp row after row, so the last one checked is kept. */
function timeCheck(name: string, header: ReportHeader | undefined): ContentCheck {
  let last: { text: string; found: Refusal | undefined } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, found: judgeTime(name, text, header) };
    return last.found;
  };
}

function judgeTime(name: string, text: string, header: ReportHeader | undefined): Refusal | undefined {
  const instant_ms = nemInstant(text);
  const column = name.toLowerCase();
  if (instant_ms === undefined)
    return refusal(
      `${column}_invalid`,
      `nem_timestamp:${name}`,
      `YYYY/MM/DD HH:MM:SS in ${name}`,
      JSON.stringify(text.slice(0, 40)),
    );
  if (!header || instant_ms <= header.headerAt_ms + FUTURE_TOLERANCE_MS) return undefined;
  return refusal(
    `${column}_in_future`,
    `not_after_header_plus_1h:${name}`,
    `${name} at most an hour after the file's stamp ${header.headerAtNem}`,
    text,
  );
}

/**
 * Numbers as the operator writes them: sign, digits, fraction, exponent (`-1E-05`); finite as a double. Forms
 * that other readers accept (`NaN`, `Infinity`, `0x1F`, blanks around) are rejected.
 */
export function isMarketNumber(text: string): boolean {
  return /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
}

export function isMarketInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= INT_MAX;
}

function refusal(reason: string, rule: string, expected: string, found: string): Refusal {
  return { reason, rule, explanation: `expected ${expected}, found ${found}` };
}
