import {
  changesBetween,
  findingOf,
  trinoType,
  type ColumnChange,
  type TableColumns,
} from '../../../stack/doctor/columnChanges';

const tables = (given: Record<string, Record<string, string>>): TableColumns =>
  new Map(Object.entries(given).map(([name, columns]) => [name, new Map(Object.entries(columns))]));
const DECLARED = tables({ 'nem.silver': { unit_id: 'varchar', power_mw: 'double' } });
const pending = (found: Record<string, Record<string, string>>): ColumnChange[] =>
  changesBetween(DECLARED, tables(found));
const finding = (found: Record<string, Record<string, string>>) =>
  findingOf(new Map([['nem', pending(found)]]));

describe("Trino's name of a declared type", () => {
  it.each([
    ['string', 'varchar'],
    ['int', 'integer'],
    ['bigint', 'bigint'],
    ['float', 'real'],
    ['boolean', 'boolean'],
    ['date', 'date'],
    ['timestamp', 'timestamp(6) with time zone'],
    ['timestamp_ntz', 'timestamp(6)'],
    ['decimal(10,2)', 'decimal(10,2)'],
    ['array<string>', 'array(varchar)'],
    ['map<string,string>', 'map(varchar,varchar)'],
    ['array<struct<int:int,at:timestamp>>', 'array(row(int integer,at timestamp(6) with time zone))'],
  ])('%s is %s', (spark, trino) => {
    expect(trinoType(spark)).toBe(trino);
  });
});

describe('pending changes of tables', () => {
  it('are none where the lake is as declared, in whatever way Trino writes it', () => {
    const declared = tables({ 'nem.bronze': { extra: 'map(varchar,varchar)', place: 'row(x double)' } });
    const found = tables({ 'nem.bronze': { extra: 'map(varchar, varchar)', place: 'row("x" double)' } });
    expect(changesBetween(declared, found)).toEqual([]);
    expect(finding({ 'nem.silver': { unit_id: 'varchar', power_mw: 'double' } })).toEqual({
      verdict: 'ok',
      finding: 'nem: as declared',
    });
  });

  it('are none where the lake has no such table yet, and a table that none declares is not looked at', () => {
    expect(pending({ 'nem.other': { x: 'double' } })).toEqual([]);
  });

  it('say what the next run adds', () => {
    expect(finding({ 'nem.silver': { unit_id: 'varchar' } })).toEqual({
      verdict: 'info',
      finding: 'nem: nem.silver column power_mw (double) will be added by the next run',
    });
  });

  it('say what the next run widens', () => {
    expect(finding({ 'nem.silver': { unit_id: 'varchar', power_mw: 'real' } })).toEqual({
      verdict: 'info',
      finding: 'nem: nem.silver column power_mw (real) will be widened to double by the next run',
    });
  });

  it.each([
    [
      'another type',
      { unit_id: 'varchar', power_mw: 'varchar' },
      'nem.silver column power_mw: expected double, found varchar',
    ],
    [
      'a narrower type',
      { unit_id: 'bigint', power_mw: 'double' },
      'nem.silver column unit_id: expected varchar, found bigint',
    ],
    [
      'a column that no declaration has',
      { unit_id: 'varchar', power_mw: 'double', old_mw: 'double' },
      'nem.silver column old_mw: expected no such column by the declaration, found double',
    ],
  ])('are an error with a way out: %s', (_, found, sentence) => {
    expect(finding({ 'nem.silver': found })).toEqual({
      verdict: 'bad',
      finding: `nem: ${sentence}`,
      fix: expect.stringContaining('recreate the table by a rebuild'),
    });
  });

  it('are told of each pipeline, and one error makes the finding an error', () => {
    const { verdict, finding: text } = findingOf(
      new Map([
        ['nem', pending({ 'nem.silver': { power_mw: 'varchar' } })],
        ['toy', []],
        ['iot', [{ table: 'iot.silver', column: 'x', expected: 'double' }]],
      ]),
    );
    expect(verdict).toBe('bad');
    expect(text).toBe(
      'nem: nem.silver column unit_id (varchar) will be added by the next run; ' +
        'nem.silver column power_mw: expected double, found varchar; toy: as declared; ' +
        'iot: iot.silver column x (double) will be added by the next run',
    );
  });
});
