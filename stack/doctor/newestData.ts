import type { TableFreshness } from '../../clients/lake/lakeReader';

/** The newest time that any table of a pipeline has, with its age; null while none has one. */
export function newestOf(
  pipeline: string,
  tables: Pick<TableFreshness, 'newest_interval_end_at'>[],
  now_ms: number,
): string | null {
  const times = tables.flatMap(({ newest_interval_end_at: newest }) => (newest === null ? [] : [newest]));
  const newest_ms = Math.max(...times.map((time) => Date.parse(time)));
  if (times.length === 0) return null;
  const minutes = Math.floor((now_ms - newest_ms) / 60_000);
  return `${pipeline}: ${new Date(newest_ms).toISOString()}, ${minutes} minutes ago`;
}
