import { workOf, type WorkBefore02 } from '../../../core/runWork';
import type { RunWork } from '../../../core/runs';

const batch = { manifestUri: 's3://x', records: 1 };
const load = { tables: { units: 's3://b/units' }, sourceName: 'units.csv' };
const upTo = [{ topic: 't', partition: 0, start: 0, end: 1 }];

describe('the work of a run', () => {
  it.each<[string, WorkBefore02, RunWork]>([
    ['nothing', {}, { kind: 'records' }],
    ['ends of a held batch', { upTo }, { kind: 'records', upTo }],
    ['gold alone', { goldOnly: true }, { kind: 'gold' }],
    ['landed files', { landing: batch }, { kind: 'landed', batch }],
    [
      'reference tables',
      { metadata: { unitsUri: 's3://b/units', limitsUri: undefined, sourceName: 'units.csv' } },
      { kind: 'reference', load },
    ],
    ['upkeep', { upkeep: { tables: ['nem.a'] } }, { kind: 'upkeep', tables: ['nem.a'] }],
  ])('is read from an input of before 0.2 that says %s', (_, before, work) => {
    expect(workOf(before)).toEqual(work);
  });

  it('is what the input says', () => {
    expect(workOf({ work: { kind: 'gold' }, landing: batch })).toEqual({ kind: 'gold' });
  });
});
