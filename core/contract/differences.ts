/** One difference between two states of a part of a contract. */
export interface Difference {
  /** What happened, such as `column_removed`. */
  rule: string;
  /** Records that were right before are rejected now, or mean something else. */
  is_breaking: boolean;
  was: string | null;
  is: string | null;
}

/** Any change of such a part breaks. */
export function changed(rule: string, was: string | null, is: string | null): Difference[] {
  return was === is ? [] : [{ rule, is_breaking: true, was, is }];
}

/** A column that is there no more. */
export function removed(was: string | null): Difference[] {
  return [{ rule: 'column_removed', is_breaking: true, was, is: null }];
}

/** Records of before have no value in a new column. */
export function added(is: string | null, isRequired: boolean): Difference[] {
  const rule = isRequired ? 'required_column_added' : 'column_added';
  return [{ rule, is_breaking: isRequired, was: null, is }];
}

/** Whether a column must have a value. */
export function requirementChange(was: boolean, is: boolean): Difference[] {
  if (was === is) return [];
  return [
    is
      ? { rule: 'column_required', is_breaking: true, was: 'optional', is: 'required' }
      : { rule: 'column_optional', is_breaking: false, was: 'required', is: 'optional' },
  ];
}

/** The only values that fit; null: any. */
export function valuesChange(was: readonly string[] | null, is: readonly string[] | null): Difference[] {
  if (textOf(was) === textOf(is)) return [];
  const isNarrower = is !== null && (was === null || was.some((value) => !is.includes(value)));
  const rule = isNarrower ? 'values_narrowed' : 'values_widened';
  return [{ rule, is_breaking: isNarrower, was: textOf(was), is: textOf(is) }];
}

/** The greatest value that fits, or the least one; null: any. */
export function maximumChange(name: string, was: number | null, is: number | null): Difference[] {
  return limitChange(name, was, is, (limit) => limit);
}

export function minimumChange(name: string, was: number | null, is: number | null): Difference[] {
  return limitChange(name, was, is, (limit) => -limit);
}

/** `reach`: the greater, the more values fit. */
function limitChange(
  name: string,
  was: number | null,
  is: number | null,
  reach: (limit: number) => number,
): Difference[] {
  if (was === is) return [];
  const reachOf = (limit: number | null): number => (limit === null ? Infinity : reach(limit));
  const isNarrower = reachOf(is) < reachOf(was);
  const rule = `${name}_${isNarrower ? 'narrowed' : 'widened'}`;
  return [{ rule, is_breaking: isNarrower, was: textOf(was), is: textOf(is) }];
}

/** Columns by their names, lists by their parts. */
export function textOf(part: unknown): string | null {
  if (part === null || part === undefined) return null;
  if (Array.isArray(part)) return part.join(', ');
  return typeof part === 'object' && 'name' in part ? String(part.name) : String(part);
}
