import type { StreamColumn } from './contract';
import {
  added,
  changed,
  maximumChange,
  minimumChange,
  removed,
  requirementChange,
  textOf,
  valuesChange,
  type Difference,
} from './differences';

/** What changed of one column; undefined: it was not there, or is there no more. */
export function columnChanges(was: StreamColumn | undefined, is: StreamColumn | undefined): Difference[] {
  if (!is) return removed(was?.physicalType ?? null);
  if (!was) return added(is.physicalType, is.required);
  return [
    ...changed('column_retyped', was.physicalType, is.physicalType),
    ...changed('source_column_renamed', was.sourceColumn, is.sourceColumn),
    ...changed('unit_changed', was.unit, is.unit),
    ...changed('key_changed', textOf(was.keyPosition), textOf(is.keyPosition)),
    ...fieldNumberChange(was, is),
    ...requirementChange(was.required, is.required),
    ...minimumChange('minimum', was.minimum, is.minimum),
    ...maximumChange('maximum', was.maximum, is.maximum),
    ...valuesChange(limitingValues(was), limitingValues(is)),
  ];
}

/** The first number of a column breaks nothing: no Protobuf form of it was there before. */
function fieldNumberChange(was: StreamColumn, is: StreamColumn): Difference[] {
  if (was.fieldNumber === null) return [];
  return changed('field_number_changed', textOf(was.fieldNumber), textOf(is.fieldNumber));
}

/** Beside values whose severity is a warning, others are taken too: they are no limit. */
function limitingValues({ allowed }: StreamColumn): readonly string[] | null {
  return allowed?.severity === 'error' ? allowed.values : null;
}
