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
