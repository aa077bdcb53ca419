import { lakeColumns } from '../contracts/lakeColumns';
import type { Contract } from '../contracts/contracts';
import { rowMessage } from '../../../core/columns/rowMessage';
import type { RowOrigin } from '../../../core/columns/lakeColumn';
import { RowTable } from '../../../core/columns/rowTable';
import type { Rejection } from './rejection';
import type { ReportHeader } from './reportHeader';
import type { ReportTable, RowHandler } from './reportParser';
import { rowPlan, type FileCoordinates } from './rowPlan';

export type RowOutcome =
  | { kind: 'row'; topic: string; key: string; line: number; value: string; origin: RowOrigin }
  | ({ kind: 'deadLetter'; topic: string; key: string; line: number; payload: string } & Rejection);

/** The handler for one table's rows: gives each either as a message or as a dead letter of the same topic. */
export function messageHandler(
  contract: Contract,
  table: ReportTable,
  header: ReportHeader,
  file: FileCoordinates,
  emit: (outcome: RowOutcome) => void,
): RowHandler {
  // A table of one row, set again and again.
  const one = new RowTable(contract.topic, lakeColumns(contract));
  const { topic, origin, read, keyOf } = rowPlan(contract, table, header, file, one);
  return (row) => {
    const rejection = read(row);
    const [key, line] = [keyOf(row), row.line];
    if (rejection) emit({ kind: 'deadLetter', topic, key, line, payload: row.raw(), ...rejection });
    else emit({ kind: 'row', topic, key, line, value: rowMessage(one, 0), origin });
  };
}
