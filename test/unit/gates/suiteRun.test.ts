import { askedOnce, askedTwice, runSuite, type Ask } from '../../../activities/gates/suiteRun';
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
    if (sql.includes('count(*)')) return page([], [['10', '10', '10', '1']]);
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
