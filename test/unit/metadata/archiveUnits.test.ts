import { unitsFromArchive } from '../../../pipelines/nem/reference/archiveUnits';
import { MetadataColumnsError, MetadataFormatError } from '../../../pipelines/nem/reference/errors';
import { monthlyTableUrls, monthsToTry } from '../../../pipelines/nem/reference/monthlyArchive';
import {
  readDuDetailSummary,
  type DuDetailRow,
  type GenUnitRow,
} from '../../../pipelines/nem/reference/monthlyTables';
import type { UnitMetadata } from '../../../pipelines/nem/reference/unitMetadata';

function detail(
  DUID: string,
  START_DATE: string,
  END_DATE: string,
  more: Partial<DuDetailRow> = {},
): DuDetailRow {
  return {
    DUID,
    START_DATE,
    END_DATE,
    DISPATCHTYPE: 'GENERATOR',
    REGIONID: 'SA1',
    STATIONID: 'ST',
    LASTCHANGED: null,
    ...more,
  };
}

function genUnit(GENSETID: string, more: Partial<GenUnitRow> = {}): GenUnitRow {
  return {
    GENSETID,
    DUID: null,
    CO2E_EMISSIONS_FACTOR: null,
    CO2E_ENERGY_SOURCE: 'Wind',
    REGISTEREDCAPACITY: null,
    MAXCAPACITY: null,
    ...more,
  };
}

const OPEN = '2999/12/31 00:00:00';
const stations = [{ STATIONID: 'ST', STATIONNAME: 'A station' }];

describe('units from the monthly archive', () => {
  it('joins spans that differ only in loss factors, and keeps those that do not', () => {
    const duDetails = [
      detail('A', '2004/07/01 00:00:00', OPEN, { REGIONID: 'VIC1' }),
      detail('A', '2001/01/01 00:00:00', '2002/01/01 00:00:00'),
      detail('A', '2002/01/01 00:00:00', '2004/07/01 00:00:00'),
    ];
    const { units } = unitsFromArchive({ duDetails, stations, source: 's' });
    expect(units.map((unit) => [unit.valid_from, unit.valid_to, unit.region_id, unit.station_name])).toEqual([
      ['2001-01-01 00:00:00', '2004-07-01 00:00:00', 'SA1', 'A station'],
      ['2004-07-01 00:00:00', '2999-12-31 00:00:00', 'VIC1', 'A station'],
    ]);
  });

  it('never leaves spans that overlap', () => {
    const duDetails = [
      detail('A', '2001/01/01 00:00:00', OPEN),
      detail('A', '2005/01/01 00:00:00', OPEN, { REGIONID: 'VIC1' }),
    ];
    expect(unitsFromArchive({ duDetails, stations, source: 's' }).units.map((unit) => unit.valid_to)).toEqual(
      ['2005-01-01 00:00:00', '2999-12-31 00:00:00'],
    );
  });

  it('takes the capacity of the time from DUDETAIL, and only the newest from the workbook', () => {
    const duDetails = [detail('A', '2001/01/01 00:00:00', OPEN), detail('B', '2001/01/01 00:00:00', OPEN)];
    const figure = (from: string, version: string, mw: string, DUID = 'A') => ({
      DUID,
      EFFECTIVEDATE: from,
      VERSIONNO: version,
      REGISTEREDCAPACITY: mw,
      MAXCAPACITY: null,
      LASTCHANGED: null,
    });
    const capacities = [
      figure('2010/01/01 00:00:00', '1', '60'),
      figure('2003/01/01 00:00:00', '1', '57'),
      figure('2005/01/01 00:00:00', '10', '55'),
      figure('2005/01/01 00:00:00', '9', '1'),
      figure('2007/01/01 00:00:00', '1', '55'),
      figure('2001/01/01 00:00:00', '1', '30', 'B'),
      { ...figure('2001/01/01 00:00:00', '1', '30', 'B'), EFFECTIVEDATE: 'soon' },
    ];
    const registered = [{ unit_id: 'A', capacity_mw: 62, source: 'list' } as UnitMetadata];
    const read = unitsFromArchive({ duDetails, stations, capacities, registered, source: 's' });
    expect(read.units.map((unit) => [unit.unit_id, unit.valid_from.slice(0, 4), unit.capacity_mw])).toEqual([
      ['A', '2001', 57],
      ['A', '2005', 55],
      ['A', '2010', 62],
      ['B', '2001', 30],
    ]);
    expect(read.problems.map(({ line, problem }) => [line, problem])).toEqual([
      [9, 'expected DUID, EFFECTIVEDATE and a REGISTEREDCAPACITY'],
    ]);
    const turned = { duDetails, stations, capacities: [...capacities].reverse(), registered, source: 's' };
    expect(unitsFromArchive(turned).units).toEqual(read.units);
  });

  it("weighs the emissions of a unit's sets by capacity and names it by the largest fuel", () => {
    const genUnits = [
      genUnit('G1', {
        CO2E_EMISSIONS_FACTOR: '0.5',
        CO2E_ENERGY_SOURCE: 'Natural Gas (Pipeline)',
        REGISTEREDCAPACITY: '300',
      }),
      genUnit('G2', {
        CO2E_EMISSIONS_FACTOR: '0.9',
        CO2E_ENERGY_SOURCE: 'Diesel oil',
        REGISTEREDCAPACITY: '100',
      }),
    ];
    const allocations = ['G1', 'G2'].map((GENSETID) => ({
      DUID: 'A',
      GENSETID,
      EFFECTIVEDATE: '2001/01/01 00:00:00',
      VERSIONNO: '1',
    }));
    const { units } = unitsFromArchive({
      duDetails: [detail('A', '2001/01/01 00:00:00', OPEN)],
      stations,
      genUnits,
      allocations,
      source: 's',
    });
    expect(units[0]).toMatchObject({ fuel_type: 'gas', capacity_mw: 400, emissions_factor_t_per_mwh: 0.6 });
  });

  it('prefers the workbook for fuel and capacity, and adds units too new for the archive', () => {
    const known = {
      valid_from: '1998-12-01 00:00:00',
      valid_to: '2999-12-31 00:00:00',
      station_name: 'W',
      region_id: 'SA1',
      fuel_type: 'battery',
      fuel_source: 'Grid',
      dispatch_type: 'BIDIRECTIONAL',
      capacity_mw: 10,
      emissions_factor_t_per_mwh: null,
      source: 'xlsx',
    } as const;
    const registered: UnitMetadata[] = [
      { unit_id: 'A', ...known },
      { unit_id: 'NEW', ...known },
    ];
    const { units } = unitsFromArchive({
      duDetails: [detail('A', '2001/01/01 00:00:00', OPEN)],
      stations,
      genUnits: [genUnit('A')],
      registered,
      source: 's',
    });
    expect(units.map((unit) => [unit.unit_id, unit.fuel_type, unit.capacity_mw, unit.source])).toEqual([
      ['A', 'battery', 10, 's + xlsx'],
      ['NEW', 'battery', 10, 'xlsx'],
    ]);
  });

  it('calls a unit a load while it was one, and lists rows it cannot use', () => {
    const duDetails = [
      detail('P', '2001/01/01 00:00:00', OPEN, { DISPATCHTYPE: 'LOAD' }),
      detail('Q', OPEN, '2001/01/01 00:00:00'),
    ];
    const { units, problems } = unitsFromArchive({
      duDetails,
      stations,
      genUnits: [genUnit('P', { CO2E_ENERGY_SOURCE: 'Hydro' })],
      source: 's',
    });
    expect(units.map((unit) => unit.fuel_type)).toEqual(['load']);
    expect(problems).toMatchObject([{ line: 4 }]);
  });
});

describe('tables of the monthly archive', () => {
  const report = (columns: string) =>
    Buffer.from(
      [
        'C,SETP.WORLD,DVD_X,AEMO,PUBLIC,2017/07/08,00:25:02,0000000285202742,,0000000285202674',
        `I,PARTICIPANT_REGISTRATION,${columns}`,
        'C,"END OF REPORT",3',
        '',
      ].join('\r\n'),
    );

  it('name the table or the columns missing in a file', () => {
    expect(() => readDuDetailSummary(report('STATION,1,STATIONID'), 'f')).toThrow(MetadataFormatError);
    expect(() => readDuDetailSummary(report('DUDETAILSUMMARY,9,DUID'), 'f')).toThrow(MetadataColumnsError);
  });

  it("are looked for in last month first, by the market's clock, and three months back", () => {
    expect(monthsToTry(Date.parse('2026-11-21T00:00:00Z'))).toEqual(['2026-10', '2026-09', '2026-08']);
    expect(monthsToTry(Date.parse('2026-01-31T14:00:00Z'), 1)).toEqual(['2026-01']);
  });

  it('have one address to July 2024 and two since, as the hash in the name is encoded once or twice', () => {
    const folder = (year: number, month: string) =>
      `http://x/Data_Archive/Wholesale_Electricity/MMSDM/${year}/MMSDM_${year}_${month}/` +
      'MMSDM_Historical_Data_SQLLoader/DATA';
    expect(monthlyTableUrls('http://x/', 'STATION', '2024-07')).toEqual([
      `${folder(2024, '07')}/PUBLIC_DVD_STATION_202407010000.zip`,
    ]);
    expect(monthlyTableUrls('http://x', 'STATION', '2026-03')).toEqual([
      `${folder(2026, '03')}/PUBLIC_ARCHIVE%2523STATION%2523FILE01%2523202603010000.zip`,
      `${folder(2026, '03')}/PUBLIC_ARCHIVE%23STATION%23FILE01%23202603010000.zip`,
    ]);
  });
});
