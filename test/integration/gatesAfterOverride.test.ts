import { insertGateResults } from '../../activities/gates/gateResults';
import { gateResultRows } from '../../core/gates/resultRows';
import { type Unit } from './gatesLake';
import { audit, INTERVAL, lake, openGatesLake, units } from './gatesAudit';

openGatesLake();

describe('after an override', () => {
  const COAL1: Unit = { unit_id: 'COAL1', mw: -300, fuel: 'coal', capacity_mw: 700 };
  const WINDOW = { from: INTERVAL, to: INTERVAL };
  const later = () => audit('r2', WINDOW, { baseCatalog: lake.baseCatalog });

  /** A run whose rows an operator has let through, and a later one that writes the same rows again. */
  beforeEach(async () => {
    await lake.load({ runId: 'r1', interval: INTERVAL, units: [...units(20), COAL1] });
    const overridden = await audit('r1');
    expect(overridden.verdict.passed).toBe(false);
    await insertGateResults(
      lake.trino,
      lake.catalog,
      'nem',
      overridden.results.flatMap((result) => gateResultRows(result, null)),
    );
    await lake.keepAsBase();
    await lake.sql([`UPDATE nem.silver_dispatch_clean SET run_id = 'r2', station_name = 'Renamed'`]);
  });

  it('what fails on the target branch alike is a warning that names the run it stands since', async () => {
    expect((await audit('r2', WINDOW)).verdict.passed).toBe(false);
    const { verdict, lines } = await later();
    expect(lines.failures).toEqual([]);
    expect(verdict.passed).toBe(true);
    expect(lines.warnings).toContainEqual(
      expect.stringContaining('thermal unit far below zero (standing since run r1): 1 of 1 rows'),
    );
  });

  it('one row more fails as before', async () => {
    await lake.sql([
      `UPDATE nem.silver_dispatch_clean SET fuel_type = 'coal', power_mw = -200 WHERE unit_id = 'UNIT1'`,
    ]);
    const { verdict, lines } = await later();
    expect(verdict.passed).toBe(false);
    expect(lines.failures).toContainEqual(
      expect.stringContaining('thermal unit far below zero: 2 of 2 rows'),
    );
  });

  it('another value in the same row fails as before', async () => {
    await lake.sql([`UPDATE nem.silver_dispatch_clean SET power_mw = -400 WHERE unit_id = 'COAL1'`]);
    expect((await later()).lines.failures).toContainEqual(
      expect.stringContaining('thermal unit far below zero: 1 of 1 rows'),
    );
  });
});
