import { sharesOf } from '../../../bench/peakMemory';

/** pid, parent, bytes, command line. */
const PROCESSES: [number, number, number, string][] = [
  [1, 0, 10, 'node supervisor.js'],
  [2, 1, 100, 'java TrinoServer'],
  [3, 1, 20, 'node dist/workers/main.js'],
  [4, 3, 30, 'python spark/submit.py --from-stdin'],
  [5, 4, 300, 'java SparkSubmit'],
  [6, 3, 40, 'python dbt/spare_dbt.py'],
  [7, 3, 5, 'node query.js'],
  [8, 0, 1_000, 'java of another stack'],
];

describe('shares of memory', () => {
  it('count every process of the stack once, and what the worker has started apart from it', () => {
    const processes = PROCESSES.map(([pid, parent, rss_bytes]) => ({ pid, parent, rss_bytes }));
    const roots = [
      { name: 'supervisor', pid: 1 },
      { name: 'trino', pid: 2 },
      { name: 'worker', pid: 3 },
    ];
    const commandOf = (pid: number): string => PROCESSES.find(([id]) => id === pid)![3];
    expect(sharesOf(roots, processes, commandOf)).toEqual([
      { name: 'supervisor', rss_bytes: 10 },
      { name: 'trino', rss_bytes: 100 },
      { name: 'worker', rss_bytes: 25 },
      { name: 'bulk Spark', rss_bytes: 330 },
      { name: 'dbt', rss_bytes: 40 },
    ]);
  });
});
