import { reportOf } from '../../chaos/report';
import type { TrialResult } from '../../chaos/trialRun';

/** As lines of earlier results are: they know neither `missed` nor anything that came with it. */
const earlier = (number: number, over: Partial<TrialResult> = {}): TrialResult => ({
  number,
  seed: 1,
  kind: 'kill',
  fault: 'kill: spark at announceRun + 171 ms',
  status: 'passed',
  done: ['spark killed'],
  problems: [],
  askedAgain: 0,
  failures: [],
  seconds: 60 + number,
  reader: { looks: 700, unanswered: 600, violations: [], acrossCommits: [] },
  at: '2026-11-21T08:43:58.181Z',
  ...over,
});
const at = (second: number): string => `2026-11-21T08:43:0${second}.000Z`;

describe('the report of disturbed trials', () => {
  it('counts a missed trial for itself, with its reason', () => {
    const report = reportOf(
      [
        earlier(0),
        earlier(1, {
          status: 'missed',
          done: ['spark was not running'],
          problems: ['spark was not running'],
        }),
      ],
      1,
      217,
    );
    expect(report).toContain('2 of 217 trials done: 1 passed, 0 failed, 1 missed, 0 left out.');
    expect(report).toContain(
      '| disturbance | trials | passed | failed | missed | asked again | median s | longest s |',
    );
    expect(report).toContain('| kill: spark | 2 | 1 | 0 | 1 | 0 | 61 | 61 |');
    expect(report).toContain(
      '| 1 | kill: spark at announceRun + 171 ms | spark was not running | missed: spark was not running | 61 |',
    );
  });

  it('says what does the trials again, and that those between them are done with them', () => {
    expect(reportOf([earlier(0), earlier(1)], 1, 217)).toContain(
      '`make chaos SEED=1 TRIALS=2`\nruns these trials again.\n',
    );
    expect(reportOf([earlier(0), earlier(8)], 1, 217)).toContain(
      '`make chaos SEED=1 TRIALS=9`\nruns these trials again, and those between them.\n',
    );
  });

  it('says of looks how many were answered, showed a fault, got no answer, or fell into a merge', () => {
    const across = [
      `${at(1)} noon: silver and gold differ`,
      `${at(1)} one: silver and gold differ`,
      `${at(2)} noon: silver and gold differ`,
    ];
    const reader = { looks: 700, unanswered: 600, violations: [], acrossCommits: across };
    expect(reportOf([earlier(0), earlier(1, { reader })], 1, 217)).toContain(
      [
        '1,400 looks were answered, none showed a fault.',
        '1,200 tries got no answer while parts were down.',
        '2 looks fell into a merge and showed two commits.',
      ].join('\n'),
    );
    const faulty = { ...reader, violations: [`${at(3)} noon: a key twice`] };
    expect(reportOf([earlier(0, { reader: faulty })], 1, 217)).toContain(
      '700 looks were answered, 1 showed a fault.',
    );
  });
});
