import { rowsPerSecondIn } from '../../../bench/producerTool';
import { processOf, treeRss_bytes } from '../../../bench/stackCost';

describe('readings from other programs', () => {
  it('takes the rate of the producer tool from its summary, not from the lines of five seconds before it', () => {
    const output = [
      '150000 records sent, 29991.2 records/sec (19.10 MB/sec), 812.0 ms avg latency, 1020.0 ms max latency.',
      '200000 records sent, 41234.567 records/sec (26.30 MB/sec), 700.12 ms avg latency, ' +
        '1020.00 ms max latency, 655 ms 50th, 990 ms 95th, 1010 ms 99th, 1019 ms 99.9th.',
    ].join('\n');
    expect(rowsPerSecondIn(output)).toBe(41234.567);
    expect(() => rowsPerSecondIn('Exception in thread "main"')).toThrow('expected a summary line');
  });

  it('reads a process, and nothing of a kernel thread', () => {
    expect(processOf(7, 'Name:\tjava\nPPid:\t3\nVmHWM:\t   900 kB\nVmRSS:\t   512 kB\n')).toEqual({
      pid: 7,
      parent: 3,
      rss_bytes: 524_288,
    });
    expect(processOf(2, 'Name:\tkthreadd\nPPid:\t0\n')).toBeUndefined();
  });

  it('adds up a service with its children and their children only', () => {
    const processes = [
      [1, 0, 100],
      [2, 1, 10],
      [3, 2, 5],
      [4, 1, 1],
      [5, 0, 1000],
    ].map(([pid, parent, rss_bytes]) => ({ pid: pid!, parent: parent!, rss_bytes: rss_bytes! }));
    expect(treeRss_bytes(processes, 1)).toBe(116);
    expect(treeRss_bytes(processes, 9)).toBe(0);
  });
});
