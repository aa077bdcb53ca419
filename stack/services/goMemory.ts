/**
 * Bounds what a Go program keeps: near the limit its runtime collects garbage more often. It may pass the
 * limit for what is in use, so that no call fails by it. Without one, the heap may double before each
 * collection, and freed memory is given back late.
 */
export function goMemoryLimit(limit_mib: number): { GOMEMLIMIT: string } {
  return { GOMEMLIMIT: `${limit_mib}MiB` };
}
