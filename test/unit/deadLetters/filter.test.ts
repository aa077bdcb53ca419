import { InvalidDeadLetterFilterError } from '../../../core/deadLetters/errors';
import { checkedFilter, isEmptyFilter, deadLetterPredicate } from '../../../core/deadLetters/filter';
import { deadLettersSql, rejectedAgainSql } from '../../../core/deadLetters/deadLettersSql';

describe('a filter of dead letters', () => {
  it('is every criterion given, each as a quoted literal', () => {
    const predicate = deadLetterPredicate(
      checkedFilter({
        ids: ['00aa11bb'],
        reason: "o'clock",
        rule: 'r',
        sourceFile: 'f.zip',
        topic: 'nem_dispatch.dlq',
        stage: 'contract',
        runId: '1',
        status: 'failed',
        from: '2026-11-20',
        to: '2026-11-20T10:00:00+10:00',
      }),
    );
    expect(predicate.split(' AND ')).toEqual([
      "(starts_with(letter_id, '00aa11bb'))",
      "reason = 'o''clock'",
      "rule = 'r'",
      "source_file = 'f.zip'",
      "data_topic = 'nem_dispatch'",
      "stage = 'contract'",
      "run_id = '1'",
      "state = 'failed'",
      "first_seen_at >= from_iso8601_timestamp('2026-11-20T00:00:00.000Z')",
      "first_seen_at < from_iso8601_timestamp('2026-11-20T00:00:00.000Z')",
    ]);
  });

  it('takes everything when empty, and knows that it is', () => {
    expect(deadLetterPredicate({})).toBe('true');
    expect([isEmptyFilter({}), isEmptyFilter({ reason: undefined }), isEmptyFilter({ reason: 'x' })]).toEqual(
      [true, true, false],
    );
  });

  it('names every mistake of what was typed', () => {
    const wrong = (): unknown =>
      checkedFilter({ ids: ["x' OR true"], reasn: 'x', status: 'lost', from: 'yesterday', rule: 7 });
    expect(wrong).toThrow(InvalidDeadLetterFilterError);
    const mistakes = ['ids: expected', 'found reasn', 'status: expected one of new, claimed'];
    mistakes.push('from: expected an ISO 8601', 'rule: expected text, found 7');
    expect(wrong).toThrow(new RegExp(mistakes.join('.*'), 's'));
    expect(() => checkedFilter('all')).toThrow(/expected a filter object, found "all"/);
  });
});

describe('the query for dead letters', () => {
  it('is about one pipeline, and works before anything was decided', () => {
    const sql = deadLettersSql({ pipeline: "n'em", hasEvents: false });
    expect(sql).toContain("pipeline = 'n''em'");
    expect(sql).not.toContain('dead_letter_events');
    expect(deadLettersSql({ pipeline: 'nem', hasEvents: true })).toContain(
      "FROM nem_ops.dead_letter_events WHERE pipeline = 'nem'",
    );
  });

  it('identifies a dead letter by its first coordinates, also when its record was replayed and rejected again', () => {
    expect(deadLettersSql({ pipeline: 'nem', hasEvents: false })).toMatch(
      /coalesce\(element_at\(headers, 'currents\.replay-of'\), lower\(substr\(to_hex\(sha256/,
    );
    expect(rejectedAgainSql('nem', ['a', 'b'])).toContain("IN ('a', 'b')");
  });
});
