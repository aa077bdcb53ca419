import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  figure,
  isMet,
  median,
  mergeFigures,
  printable,
  writeResults,
  type Part,
  type Results,
} from '../../../bench/report';
import { medianRun_s, medianSteps } from '../../../bench/steps';

const figureOf = (part: Part, value: number) =>
  figure(part, { name: `figure ${part}`, value, unit: 's' }, { at_most: 45 });

describe('the figures of the benchmark', () => {
  it('takes the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow('at least one value');
  });

  it('meets an aim exactly at its bound and misses it beyond', () => {
    expect([
      isMet(45, { at_most: 45 }),
      isMet(45.1, { at_most: 45 }),
      isMet(0.5, { at_least: 0.5 }),
      isMet(0.4, { at_least: 0.5 }),
    ]).toEqual([true, false, true, false]);
  });

  it('replaces the figures of a part measured again and keeps the others', () => {
    const merged = mergeFigures(
      [figureOf('c', 1), figureOf('a', 2), figureOf('e', 3)],
      [figureOf('a', 40), figureOf('b', 50)],
    );
    expect(merged.map(({ part, value }) => [part, value])).toEqual([
      ['a', 40],
      ['b', 50],
      ['c', 1],
      ['e', 3],
    ]);
  });

  it("keeps figures of a machine that differs by its kernel's build alone, and drops those of another", () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'currents-bench-test-')), 'results.json');
    const read = (): Results => JSON.parse(fs.readFileSync(file, 'utf8')) as Results;
    const earlierOn = (changes: Partial<Results['machine']>): string[] => {
      const { machine, ...rest } = read();
      fs.writeFileSync(file, JSON.stringify({ ...rest, machine: { ...machine, ...changes } }));
      writeResults(file, [figureOf('b', 2)]);
      return read().figures.map(({ part }) => part);
    };
    writeResults(file, [figureOf('a', 1)]);
    expect(earlierOn({ platform: `${read().machine.platform.split('-')[0]}-another` })).toEqual(['a', 'b']);
    expect(earlierOn({ cores: 128 })).toEqual(['b']);
    fs.rmSync(path.dirname(file), { recursive: true });
  });

  it('says in words when an aim is missed', () => {
    const text = printable([figureOf('a', 40), figureOf('b', 50)]);
    expect(text).toMatch(/a +figure a +40 +s +<= 45 +met/);
    expect(text).toMatch(/b +figure b +50 +s +<= 45 +MISSED/);
  });

  it('takes the median of each step and counts a step a run did not have as nothing', () => {
    const runs: { durations_ms: Record<string, number> }[] = [
      { durations_ms: { spark: 9000, dbt: 3000 } },
      { durations_ms: { spark: 11_000, dbt: 5000 } },
      { durations_ms: { spark: 10_000 } },
    ];
    expect(medianSteps(runs)).toEqual([
      { name: 'step spark', value: 10, unit: 's' },
      { name: 'step dbt', value: 3, unit: 's' },
    ]);
    expect([medianRun_s(runs), medianRun_s(runs, ['dbt'])]).toEqual([12, 10]);
  });
});
