import type { StreamColumn } from './contract';
import { changed, maximumChange, minimumChange, textOf, type Difference } from './differences';

/** What changed of one column; undefined: it was not there, or is there no more. */
export function columnChanges(was: StreamColumn | undefined, is: StreamColumn | undefined): Difference[] {
  if (!is) return [{ rule: 'column_removed', is_breaking: true, was: was?.physicalType ?? null, is: null }];
  if (!was) {
    const rule = is.required ? 'required_column_added' : 'column_added';
    return [{ rule, is_breaking: is.required, was: null, is: is.physicalType }];
  }
  return [
    ...changed('column_retyped', was.physicalType, is.physicalType),
    ...changed('source_column_renamed', was.sourceColumn, is.sourceColumn),
    ...changed('unit_changed', was.unit, is.unit),
    ...changed('key_changed', textOf(was.keyPosition), textOf(is.keyPosition)),
    ...requirementChange(was, is),
    ...minimumChange('minimum', was.minimum, is.minimum),
    ...maximumChange('maximum', was.maximum, is.maximum),
    ...valuesChange(was, is),
  ];
}

function requirementChange(was: StreamColumn, is: StreamColumn): Difference[] {
  if (was.required === is.required) return [];
  const [rule, old, now] = is.required
    ? ['column_required', 'optional', 'required']
    : ['column_optional', 'required', 'optional'];
  return [{ rule: rule!, is_breaking: is.required, was: old!, is: now! }];
}

function valuesChange(was: StreamColumn, is: StreamColumn): Difference[] {
  const [old, now] = [limitingValues(was), limitingValues(is)];
  if (textOf(old) === textOf(now)) return [];
  const isNarrower = now !== null && (old === null || old.some((value) => !now.includes(value)));
  const rule = isNarrower ? 'values_narrowed' : 'values_widened';
  return [{ rule, is_breaking: isNarrower, was: textOf(old), is: textOf(now) }];
}

/** Beside values whose severity is a warning, others are taken too: they are no limit. */
function limitingValues({ allowed }: StreamColumn): readonly string[] | null {
  return allowed?.severity === 'error' ? allowed.values : null;
}
