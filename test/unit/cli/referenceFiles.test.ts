import { ReferenceNotReadableError } from '../../../cli/support/errors';
import { referenceFiles } from '../../../cli/support/referenceFiles';
import { code } from '../../../pipelines/nem/code';
import { nem } from '../../../pipelines/nem/definition';

const files = (...given: string[]) => referenceFiles(nem, code, given);

describe('the files of reference tables', () => {
  it('are read by the kind that the pipeline names for the table', () => {
    expect(files('units=a/units.csv', 'regions=r=1.csv', 'limits=l.csv')).toEqual([
      { kind: 'unit-csv', option: '--table units', file: 'a/units.csv' },
      { kind: 'region-csv', option: '--table regions', file: 'r=1.csv' },
      { kind: 'limits-csv', option: '--table limits', file: 'l.csv' },
    ]);
  });

  it.each(['units', '=units.csv', 'units=', ''])('%j names no table and file', (given) => {
    expect(() => files(given)).toThrow(`--table: expected <name>=<file>, found ${given}`);
  });

  it('of an unknown table are an error that names the known ones', () => {
    expect(() => files('unit=a.csv')).toThrow(
      '--table: expected one of units, regions, interconnectors, limits, the reference tables of nem, found unit',
    );
    expect(() => referenceFiles({ name: 'toy', reference: [] }, {}, ['units=a.csv'])).toThrow(
      '--table: expected a pipeline with reference tables, which toy is not, found units',
    );
  });

  it('of a table that the pipeline reads from no file are an error of their own', () => {
    expect(() => files('interconnectors=a.csv')).toThrow(ReferenceNotReadableError);
    expect(() => files('interconnectors=a.csv')).toThrow(
      '--table: expected a table that nem reads from files (units, regions, limits), found interconnectors',
    );
  });

  it('have kinds for declared tables only', () => {
    const declared = nem.reference.map(({ name }) => name);
    expect(declared).toEqual(expect.arrayContaining(Object.keys(code.referenceFiles!)));
  });
});
