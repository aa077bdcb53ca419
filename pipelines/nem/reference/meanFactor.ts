/**
 * Mean emissions factor of several parts, weighted by capacity where every part states one above 0, else each
 * alike; null when none states a factor. Terms are sorted, so the order of the parts does not show.
 */
export function meanFactor(
  parts: readonly { emissions_factor_t_per_mwh: number | null; capacity_mw: number | null }[],
): number | null {
  const isWeighted = parts.every((part) => part.capacity_mw !== null && part.capacity_mw > 0);
  const known = parts
    .flatMap(({ emissions_factor_t_per_mwh: factor, capacity_mw }) =>
      factor === null ? [] : [{ factor, weight: isWeighted ? capacity_mw! : 1 }],
    )
    .sort((a, b) => a.factor - b.factor || a.weight - b.weight);
  if (known.length === 0) return null;
  const weight = known.reduce((sum, each) => sum + each.weight, 0);
  const total = known.reduce((sum, each) => sum + each.factor * each.weight, 0);
  return Math.round((total / weight) * 1e6) / 1e6;
}
