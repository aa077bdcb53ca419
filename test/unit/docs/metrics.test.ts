import fs from 'node:fs';
import path from 'node:path';
import { PipelineMetrics } from '../../../activities/metrics';
import { repositoryRoot } from '../../../settings/repositoryRoot';

interface Metric {
  name: string;
  type: string;
  labels: string[];
}

describe('docs/metrics.md', () => {
  const page = fs.readFileSync(path.join(repositoryRoot(), 'docs', 'metrics.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `(currents_\w+)` \| (\w+) \| [^|]+ \| ([^|]+) \|/gm)].map(
    ([, name, type, labels]) => ({
      name: name!,
      type: type!,
      labels: [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!),
    }),
  );
  const served = (
    new PipelineMetrics().registry.getMetricsAsArray() as unknown as {
      name: string;
      type: string;
      labelNames: string[];
    }[]
  ).map(({ name, type, labelNames }): Metric => ({ name, type, labels: [...labelNames] }));

  it('lists every metric of ours with its type and labels, and no other', () => {
    const byName = (metrics: Metric[]): Metric[] => [...metrics].sort((a, b) => a.name.localeCompare(b.name));
    expect(byName(documented)).toEqual(byName(served));
  });

  it('has names in base units, counters ending in _total', () => {
    for (const { name, type } of served)
      expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')]);
    for (const { name } of served) expect(name).not.toMatch(/_(ms|minutes|kb|mb)(_|$)/);
  });
});
