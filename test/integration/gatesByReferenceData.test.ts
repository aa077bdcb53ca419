import { loadSuites } from '../../activities/gates/gateSuites';
import { audit, INTERVAL, lake, openGatesLake } from './gatesAudit';

openGatesLake();

describe('limits, regions and interconnectors as reference data with dates', () => {
  const SQL = ['price_outside_limits.sql', 'region_not_known.sql', 'interconnector_not_known.sql'];
  const VALUES = ['price_aud_per_mwh', 'mw_flow'];
  const own = loadSuites('nem')
    .filter(({ suite }) => ['nem.silver_region', 'nem.silver_interconnector'].includes(suite.name))
    .map(({ suite, queries }) => ({
      queries,
      suite: {
        ...suite,
        expectations: suite.expectations.filter(
          ({ type, kwargs }) =>
            SQL.includes(String(kwargs['sql'])) ||
            (type === 'expect_column_values_to_be_between' && VALUES.includes(String(kwargs['column']))),
        ),
      },
    }));
  const auditAt = (interval: string) => audit('r1', { from: interval, to: interval }, { suites: own });
  const put = (table: string, interval: string, rows: [string, number][]) =>
    lake.sql([
      `INSERT INTO nem.${table}
       SELECT TIMESTAMP '${interval}',
         date(TIMESTAMP '${interval}' - INTERVAL '4' HOUR - INTERVAL '1' SECOND), id, amount
       FROM (VALUES ${rows.map(([id, amount]) => `('${id}', DOUBLE '${amount}')`).join(', ')}) AS given(id, amount)`,
    ]);

  beforeEach(() =>
    lake.sql([
      `INSERT INTO nem.region_metadata VALUES
        ('SNOWY1', 'Snowy', 'NSW', TIMESTAMP '1998-12-01', TIMESTAMP '2008-07-01'),
        ('SA1', 'South Australia', 'SA', NULL, NULL)`,
      `INSERT INTO nem.interconnector_metadata VALUES
        ('V-SA', 'VIC1', 'SA1', TIMESTAMP '1998-12-01', TIMESTAMP '2999-12-31')`,
      `INSERT INTO nem.market_limits VALUES
        ('price_cap_aud_per_mwh', 10000, TIMESTAMP '2002-04-01', TIMESTAMP '2010-07-01', 'AEMC 2002'),
        ('price_cap_aud_per_mwh', 23200, TIMESTAMP '2026-07-01', TIMESTAMP '2999-12-31', 'AEMC 2026')`,
    ]),
  );

  it('let a price beyond the cap through, and name limit and source', async () => {
    await put('silver_region_clean', '2027-07-02 12:05:00', [['SA1', 25600]]);
    const { verdict, lines } = await auditAt('2027-07-02 12:05:00');
    expect(verdict.passed).toBe(true);
    expect(lines.warnings).toEqual([
      expect.stringMatching(
        /price outside the floor or cap.*25600.*price_cap_aud_per_mwh limit_value=23200.*limit_source=AEMC 2026/,
      ),
    ]);
  });

  it('compare with the cap of the interval, and with the newest known one where none is', async () => {
    await put('silver_region_clean', '2007-01-02 12:05:00', [['SA1', 12000]]);
    expect((await auditAt('2007-01-02 12:05:00')).lines.warnings).toEqual([
      expect.stringMatching(/limit_value=10000.*AEMC 2002/),
    ]);
    await put('silver_region_clean', '2015-01-02 12:05:00', [['SA1', -1000.5]]);
    expect((await auditAt('2015-01-02 12:05:00')).lines.warnings).toEqual([
      expect.stringMatching(/price_floor_aud_per_mwh limit_value=-1000.*no limit known for this interval/),
    ]);
  });

  it('stop what is no price and no flow', async () => {
    await put('silver_region_clean', INTERVAL, [
      ['SA1', 2e6],
      ['SA1', NaN],
    ]);
    await put('silver_interconnector_clean', INTERVAL, [['V-SA', 2e5]]);
    expect((await auditAt(INTERVAL)).lines.failures).toEqual([
      expect.stringContaining('flow that is no power: not a number, or more than the whole market: 1 of 1'),
      expect.stringContaining('price that is no price: not a number, or beyond a million: 2 of 2 rows'),
    ]);
  });

  it('know a sixth region while it was one, and name a region and an interconnector they do not know', async () => {
    await put('silver_region_clean', '2008-07-01 00:00:00', [['SNOWY1', 20]]);
    expect((await auditAt('2008-07-01 00:00:00')).lines.warnings).toEqual([]);
    await put('silver_region_clean', INTERVAL, [
      ['SNOWY1', 20],
      ['SA1', 20],
      ['NT1', 20],
    ]);
    await put('silver_interconnector_clean', INTERVAL, [
      ['V-SA', 1],
      ['NEW-LINK', 1],
    ]);
    const { verdict, lines } = await auditAt(INTERVAL);
    expect(verdict.passed).toBe(true);
    expect(lines.warnings).toEqual([
      expect.stringMatching(
        /interconnector whose ends are not known: 1 rows; e.g. interconnector_id=NEW-LINK/,
      ),
      expect.stringMatching(
        /region that no reference table knows.*: 2 rows; e.g. .*(SNOWY1|NT1).*(SNOWY1|NT1)/,
      ),
    ]);
  });
});
