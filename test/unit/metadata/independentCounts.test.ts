import { unitsFromArchive } from '../../../pipelines/nem/reference/archiveUnits';
import {
  readDuDetail,
  readDuDetailSummary,
  readGenUnits,
  readStations,
} from '../../../pipelines/nem/reference/monthlyTables';
import { readRegistrationWorkbook } from '../../../pipelines/nem/reference/registrationWorkbook';
import { describeReal, realBytes } from '../../realData';
import { co2Rows, monthlyRows, workbookRows, type RawRow } from './support/rawLists';

const DETAILS = 'mms_full_2017_06/PUBLIC_DVD_DUDETAILSUMMARY_201706010000.CSV';
const CAPACITIES = 'mms_full_2017_06/PUBLIC_DVD_DUDETAIL_201706010000.CSV';
const STATIONS = 'mms_full_2017_06/PUBLIC_DVD_STATION_201706010000.CSV';
const CO2 = 'reference/CO2EII_AVAILABLE_GENERATORS_2017_43_20171103104827.CSV';

function countOf<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

/** Roles and fuels counted from the raw files, which never pass through the product's readers. */
describeReal('counts over the real lists by another route', () => {
  it('agree on ids, roles and capacity of the registration list', async () => {
    const rows = (await workbookRows()).filter((row) => !['', '-'].includes(row.DUID?.trim() ?? ''));
    const firstRows = new Map([...rows].reverse().map((row) => [row.DUID!.trim(), row]));
    const { units } = await readRegistrationWorkbook(
      realBytes('reference/NEM-Registration-and-Exemption-List.xlsx'),
      'list.xlsx',
    );
    expect(units).toHaveLength(firstRows.size);
    const roles: RawRow = {
      'Generating Unit': 'GENERATOR',
      'Bidirectional Unit': 'BIDIRECTIONAL',
      Load: 'LOAD',
    };
    expect(countOf(units, (unit) => unit.dispatch_type)).toEqual(
      countOf([...firstRows.values()], (row) => roles[row['Dispatch Type']!]!),
    );
    // The only id with two rows repeats its figure, so one row of each id is the whole of it.
    const stated_mw = [...firstRows.values()].reduce((sum, row) => {
      const load =
        roles[row['Dispatch Type']!] === 'LOAD' ? Number(row['Reg Cap consumption (MW)'] || NaN) : NaN;
      const shown = [load, row['Reg Cap generation (MW)'], row['Max Cap generation (MW)']].map(Number);
      return sum + (shown.find((value) => !Number.isNaN(value)) ?? 0);
    }, 0);
    const read_mw = units.reduce((sum, unit) => sum + (unit.capacity_mw ?? 0), 0);
    expect(read_mw).toBeCloseTo(stated_mw, 3);
  });

  it('agree on the roles and fuels of June 2017', () => {
    const open = monthlyRows(DETAILS).filter((row) => row.END_DATE!.startsWith('2999'));
    const { units } = unitsFromArchive({
      duDetails: readDuDetailSummary(realBytes(DETAILS), 'details'),
      stations: readStations(realBytes(STATIONS), 'stations'),
      genUnits: readGenUnits(realBytes(CO2), 'co2'),
      source: 'x',
    });
    const read = units.filter((unit) => unit.valid_to.startsWith('2999'));
    expect(countOf(read, (unit) => unit.dispatch_type)).toEqual(countOf(open, (row) => row.DISPATCHTYPE!));
    const named = new Set(co2Rows().flatMap((row) => [row.DUID, row.GENSETID]));
    const unknown = open.filter((row) => row.DISPATCHTYPE === 'GENERATOR' && !named.has(row.DUID));
    expect(read.filter((unit) => unit.fuel_type === 'unknown').map((unit) => unit.unit_id)).toEqual(
      unknown.map((row) => row.DUID).sort(),
    );
    const wind = new Set(
      co2Rows()
        .filter((row) => row.CO2E_ENERGY_SOURCE === 'Wind')
        .map((row) => row.DUID),
    );
    expect(read.filter((unit) => unit.fuel_type === 'wind')).toHaveLength(
      open.filter((row) => wind.has(row.DUID)).length,
    );
  });

  it('agree on the registered capacity of each id at each time', () => {
    const raw = monthlyRows(CAPACITIES);
    /** The figure by a walk over the raw rows of the id, oldest first. */
    const figureOf = (unit_id: string, moment: string): number => {
      const own = raw
        .filter((row) => row.DUID === unit_id)
        .map((row) => ({
          from: row.EFFECTIVEDATE!.replaceAll('/', '-'),
          version: Number(row.VERSIONNO),
          mw: Number(row.REGISTEREDCAPACITY),
        }))
        .sort((a, b) => a.from.localeCompare(b.from) || a.version - b.version);
      return (own.filter(({ from }) => from <= moment).at(-1) ?? own[0]!).mw;
    };
    const read = (rows: ReturnType<typeof readDuDetail>) =>
      unitsFromArchive({
        duDetails: readDuDetailSummary(realBytes(DETAILS), 'details'),
        stations: readStations(realBytes(STATIONS), 'stations'),
        capacities: rows,
        source: 'x',
      });
    const rows = readDuDetail(realBytes(CAPACITIES), 'capacities');
    const { units, problems } = read(rows);
    expect(problems.filter(({ problem }) => problem.includes('REGISTEREDCAPACITY'))).toEqual([]);
    const wrong = units.filter((unit) => unit.capacity_mw !== figureOf(unit.unit_id, unit.valid_from));
    expect(wrong).toEqual([]);
    const ends = units.filter(
      (unit) =>
        unit.capacity_mw !== figureOf(unit.unit_id, unit.valid_to.replace(/^2999.*/, '2017-07-01')) &&
        !units.some((next) => next.unit_id === unit.unit_id && next.valid_from === unit.valid_to),
    );
    // A figure that begins on the very day on which the id ended.
    expect(ends.filter(({ valid_to }) => valid_to.startsWith('2999'))).toEqual([]);
    const figures = new Map<string, Set<number | null>>();
    for (const { unit_id, capacity_mw } of units)
      figures.set(unit_id, (figures.get(unit_id) ?? new Set()).add(capacity_mw));
    expect([...figures.values()].filter((each) => each.size > 1).length).toBeGreaterThan(80);
    expect(read([...rows].reverse()).units).toEqual(units);
  });

  it('keeps every moment of every id: days covered are those of the raw rows', () => {
    const raw = monthlyRows(DETAILS);
    const days = (from: string, to: string) =>
      (Date.parse(`${to.slice(0, 10).replaceAll('/', '-')}Z`) -
        Date.parse(`${from.slice(0, 10).replaceAll('/', '-')}Z`)) /
      86_400_000;
    const { units } = unitsFromArchive({
      duDetails: readDuDetailSummary(realBytes(DETAILS), 'details'),
      stations: [],
      source: 'x',
    });
    // The raw rows of June 2017 neither overlap nor repeat, so their lengths add up.
    expect(units.reduce((sum, unit) => sum + days(unit.valid_from, unit.valid_to), 0)).toBe(
      raw.reduce((sum, row) => sum + days(row.START_DATE!, row.END_DATE!), 0),
    );
  });
});
