import { askedOnce, askedTwice, runSuite, runSuites, type Ask } from '../../../activities/gates/suiteRun';
import { readSuite, type Suite } from '../../../core/gates/suite';
import type { Cell, Page } from '../../../trino/client';
import { TrinoExternalError, TrinoInternalError, TrinoStatementError } from '../../../trino/errors';
import { target } from './target';

const failure = { queryId: 'q', errorName: 'E', errorType: 'T', message: 'm' };
const page = (names: string[], rows: Cell[][]): Page => ({
  columns: names.map((name) => ({ name, type: 'varchar' })),
  rows,
});
const { suite } = readSuite(
  {
    name: 's',
    expectations: [{ type: 'expect_column_values_to_not_be_null', kwargs: { column: 'unit_id' } }],
  },
  's.json',
) as { suite: Suite };

/** Answers the scan with one bad row of ten; samples as given, one answer after another. */
const answering =
  (...samples: (Page | Error)[]): Ask =>
  async (sql) => {
    if (sql.includes('count(*)')) return page([], [['10', '1']]);
    const next = samples.shift()!;
    if (next instanceof Error) throw next;
    return next;
  };
const samplesOf = async (ask: Ask): Promise<unknown> =>
  (await runSuite({ suite, queries: {} }, target, { ask, shared: ask }))[0]!.result.partial_unexpected_list ??
  [];

describe('samples of a failed expectation', () => {
  it('show its rows, and are left out when they cannot be asked', async () => {
    expect(await samplesOf(answering(page(['unit_id'], [['BAD']])))).toEqual([{ unit_id: 'BAD' }]);
    expect(await samplesOf(answering(new TrinoStatementError(failure)))).toEqual([]);
  });
});

describe('askedTwice', () => {
  const rows = page(['unit_id'], [['BAD']]);

  it.each([
    ['in Trino', new TrinoInternalError(failure)],
    ['behind Trino', new TrinoExternalError(failure)],
  ])('asks once more after a fault %s, and only once', async (_where, fault) => {
    expect(await samplesOf(askedTwice(answering(fault, rows)))).toEqual([{ unit_id: 'BAD' }]);
    await expect(askedTwice(answering(fault, fault, rows))('samples')).rejects.toBe(fault);
  });

  it('does not repeat a wrong statement', async () => {
    await expect(askedTwice(answering(new TrinoStatementError(failure), rows))('samples')).rejects.toThrow(
      TrinoStatementError,
    );
  });
});

describe('askedOnce', () => {
  it('remembers an answer and forgets a failure', async () => {
    const asked: string[] = [];
    const ask = askedOnce(async (sql) => {
      asked.push(sql);
      if (asked.length === 1) throw new TrinoInternalError(failure);
      return page([], []);
    });
    await expect(ask('a')).rejects.toThrow(TrinoInternalError);
    await ask('a');
    await ask('a');
    expect(asked).toEqual(['a', 'a']);
  });
});

describe('statements of an audit', () => {
  const on = (hours: number, count: number) =>
    Array.from({ length: count }, () => ({
      loaded: { suite, queries: {} },
      target: {
        ...target,
        touched: [
          { from: '2025-12-26T00:00:00.000Z', to: new Date(Date.UTC(2025, 11, 26, hours)).toISOString() },
        ],
      },
    }));
  const asked = async (hours: number, count: number): Promise<number[]> => {
    const widths: number[] = [];
    const ask: Ask = async (sql) => {
      const scans = sql.split('FROM "slot_1"').length - 1;
      widths.push(scans);
      return page([], [Array.from({ length: scans }, () => ['10', '0']).flat()]);
    };
    const results = await Promise.all(runSuites(on(hours, count), { ask, shared: ask }));
    expect(results.map(([result]) => result!.success)).toEqual(Array.from({ length: count }, () => true));
    return widths;
  };

  it('hold several suites of a live run, and one of a large range', async () => {
    expect(await asked(1, 15)).toEqual([12, 3]);
    expect(await asked(25, 3)).toEqual([1, 1, 1]);
  });

  it('that fail are asked again for each suite, and only the faulty expectation fails', async () => {
    const ask: Ask = async (sql) => {
      if (sql.includes('CROSS JOIN') || sql.includes('"bad"')) throw new TrinoStatementError(failure);
      return page([], [['10', '0']]);
    };
    const [good, bad] = on(1, 2);
    const faulty = { ...bad!, target: { ...bad!.target, table: '"bad"' } };
    const results = await Promise.all(runSuites([good!, faulty], { ask, shared: ask }));
    expect(results.map(([result]) => [result!.success, result!.exception_info.raised_exception])).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});
