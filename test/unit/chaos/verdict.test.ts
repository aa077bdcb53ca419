import { verdictOf, type Observed } from '../../chaos/verdict';

const CLEAN: Observed = { problems: [], violations: [], missed: [], looks: 9 };

describe('the verdict on a trial', () => {
  it('is passed only when the fault happened and a check ran', () => {
    expect(verdictOf(CLEAN)).toEqual({ status: 'passed', problems: [] });
    expect(verdictOf({ ...CLEAN, missed: ['worker was not running'] })).toEqual({
      status: 'missed',
      problems: ['worker was not running'],
    });
    expect(verdictOf({ ...CLEAN, looks: 0 })).toEqual({
      status: 'missed',
      problems: ['no look of the reader was answered'],
    });
  });

  it('is failed when something is wrong, whether or not the fault happened', () => {
    expect(verdictOf({ ...CLEAN, problems: ['a branch is left'], missed: ['answers lost: 0'] })).toEqual({
      status: 'failed',
      problems: ['a branch is left'],
    });
    expect(verdictOf({ ...CLEAN, violations: ['noon: a key twice'], looks: 0 })).toEqual({
      status: 'failed',
      problems: [],
    });
  });

  it('is left out where the machine cannot make the fault', () => {
    expect(verdictOf({ ...CLEAN, impossible: 'needs root', looks: 0 })).toEqual({
      status: 'left out',
      problems: ['needs root'],
    });
  });
});
