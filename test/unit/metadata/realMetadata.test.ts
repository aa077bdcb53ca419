import { unitsFromArchive } from '../../../pipelines/nem/reference/archiveUnits';
import { MetadataFormatError } from '../../../pipelines/nem/reference/errors';
import {
  readDuDetailSummary,
  readGenUnits,
  readStations,
} from '../../../pipelines/nem/reference/monthlyTables';
import { readRegistrationWorkbook } from '../../../pipelines/nem/reference/registrationWorkbook';
import type { UnitMetadata, UnitMetadataRead } from '../../../pipelines/nem/reference/unitMetadata';
import { describeReal, realBytes } from '../../realData';

/** Basslink's two ends, for which the list names neither fuel nor technology. */
const EXPECTED_DOUBTFUL = ['BLNKTAS', 'BLNKVIC'];
const EXPECTED_UNITS = {
  battery: 61,
  biomass: 28,
  coal: 44,
  gas: 94,
  hydro: 70,
  liquid: 21,
  load: 5,
  solar: 131,
  unknown: 2,
  wind: 107,
};
const EXPECTED_COAL_MW = 21095;
/**
 * Unknown are ids that the emissions list of 2017 does not name: dummy generators, and the sets of Tumut and
 * Murray, since merged. Two of the liquid ones (SNUG2, SNUG3) are sets that SNUG1 aggregates.
 */
const EXPECTED_OPEN_2017 = {
  biomass: 37,
  coal: 61,
  gas: 93,
  hydro: 79,
  liquid: 22,
  load: 27,
  solar: 8,
  unknown: 50,
  wind: 44,
};

function countBy(
  units: readonly UnitMetadata[],
  key: (unit: UnitMetadata) => string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const unit of units) counts[key(unit)] = (counts[key(unit)] ?? 0) + 1;
  return counts;
}

describeReal("the operator's registration list", () => {
  let read: UnitMetadataRead;
  beforeAll(async () => {
    read = await readRegistrationWorkbook(
      realBytes('reference/NEM-Registration-and-Exemption-List.xlsx'),
      'registration.xlsx',
    );
  });

  it('gives one row per DUID and lists the plants without one', () => {
    expect(read.units).toHaveLength(563);
    expect(new Set(read.units.map((unit) => unit.unit_id)).size).toBe(563);
    const leftOut = read.problems.filter((problem) => !problem.isTaken);
    expect(leftOut).toHaveLength(9);
    expect(leftOut.every((problem) => problem.problem === 'no DUID')).toBe(true);
  });

  it('has a fuel for every unit but those of which it says nothing', () => {
    const doubtful = read.units.filter((unit) => unit.fuel_type === 'unknown' || unit.fuel_type === 'other');
    expect(doubtful.map((unit) => unit.unit_id).sort()).toEqual(EXPECTED_DOUBTFUL);
  });

  it('counts units and capacity by fuel as read by hand', () => {
    expect(countBy(read.units, (unit) => unit.fuel_type)).toEqual(EXPECTED_UNITS);
    const coal_mw = read.units
      .filter((unit) => unit.fuel_type === 'coal')
      .reduce((sum, unit) => sum + (unit.capacity_mw ?? 0), 0);
    expect(Math.round(coal_mw)).toBe(EXPECTED_COAL_MW);
  });

  /** Its rows speak of units "1-3" and "1,2-3"; OpenElectricity states 7.76 MW as well. */
  it('counts once what two rows say of the same physical units, and lists it', () => {
    const doubts = read.problems.filter((problem) => problem.isTaken);
    expect(doubts).toMatchObject([
      { line: 2, problem: expect.stringContaining('ADPBA1: repeats') as string },
    ]);
    expect(read.units.find((unit) => unit.unit_id === 'ADPBA1')).toMatchObject({
      capacity_mw: 7.76,
      fuel_type: 'battery',
      dispatch_type: 'BIDIRECTIONAL',
    });
  });

  it('takes the blanks off ids', () => {
    expect(read.units.every((unit) => unit.unit_id === unit.unit_id.trim())).toBe(true);
    expect(read.units.some((unit) => unit.unit_id === 'ERB01')).toBe(true);
  });

  it('is told from any other file', async () => {
    await expect(readRegistrationWorkbook(Buffer.from('not a workbook'), 'x.xlsx')).rejects.toThrow(
      MetadataFormatError,
    );
  });
});

describeReal('the monthly archive of June 2017', () => {
  it('gives every unit ever registered, without overlapping spans', () => {
    const duDetails = readDuDetailSummary(
      realBytes('mms_full_2017_06/PUBLIC_DVD_DUDETAILSUMMARY_201706010000.CSV'),
      'dudetailsummary',
    );
    const stations = readStations(
      realBytes('mms_full_2017_06/PUBLIC_DVD_STATION_201706010000.CSV'),
      'station',
    );
    const genUnits = readGenUnits(
      realBytes('reference/CO2EII_AVAILABLE_GENERATORS_2017_43_20171103104827.CSV'),
      'co2eii',
    );
    expect([duDetails.length, stations.length]).toEqual([8353, 315]);
    const { units, problems } = unitsFromArchive({ duDetails, stations, genUnits, source: '2017-06' });
    expect(problems).toEqual([]);
    expect(new Set(units.map((unit) => unit.unit_id)).size).toBe(574);
    const open = units.filter((unit) => unit.valid_to.startsWith('2999'));
    expect(open).toHaveLength(421);
    expect(units.filter((unit) => unit.unit_id === 'BBASEHOS').map((unit) => unit.fuel_type)).toContain(
      'gas',
    );
    expect(countBy(open, (unit) => unit.fuel_type)).toEqual(EXPECTED_OPEN_2017);
    for (const [index, unit] of units.entries()) {
      const before = units[index - 1];
      if (before?.unit_id === unit.unit_id) expect(before.valid_to <= unit.valid_from).toBe(true);
    }
  });
});
