import fc from 'fast-check';
import { unitsFromArchive, type ArchiveTables } from '../../../pipelines/nem/reference/archiveUnits';
import type { DuAllocRow, DuDetailRow, GenUnitRow } from '../../../pipelines/nem/reference/monthlyTables';

const OPEN = '2999/12/31 00:00:00';

function day(year: number): string {
  return `${year}/01/01 00:00:00`;
}

function span(DUID: string, from: number, to: number | null, more: Partial<DuDetailRow> = {}): DuDetailRow {
  return {
    DUID,
    START_DATE: day(from),
    END_DATE: to === null ? OPEN : day(to),
    DISPATCHTYPE: 'GENERATOR',
    REGIONID: 'NSW1',
    STATIONID: 'ST',
    LASTCHANGED: null,
    ...more,
  };
}

function set(GENSETID: string, fuel: string, capacity: string, more: Partial<GenUnitRow> = {}): GenUnitRow {
  return {
    GENSETID,
    DUID: null,
    CO2E_EMISSIONS_FACTOR: '0.9',
    CO2E_ENERGY_SOURCE: fuel,
    REGISTEREDCAPACITY: capacity,
    MAXCAPACITY: null,
    ...more,
  };
}

function allocated(DUID: string, GENSETID: string, year: number, VERSIONNO = '1'): DuAllocRow {
  return { DUID, GENSETID, EFFECTIVEDATE: day(year), VERSIONNO };
}

function tables(more: Partial<ArchiveTables>): ArchiveTables {
  return { duDetails: [], stations: [{ STATIONID: 'ST', STATIONNAME: 'Station' }], source: 's', ...more };
}

function facts(input: ArchiveTables): unknown[] {
  return unitsFromArchive(input).units.map((unit) => [
    unit.unit_id,
    `${unit.valid_from.slice(0, 4)}-${unit.valid_to.slice(0, 4)}`,
    unit.fuel_type,
    unit.capacity_mw,
  ]);
}

const RENAMED = tables({
  duDetails: [span('UNITA-X', 2002, 2011), span('UNITB', 2003, null)],
  genUnits: [set('SET1', 'Black coal', '500')],
  allocations: [allocated('UNITA-X', 'SET1', 2002), allocated('UNITB', 'SET1', 2003)],
});

const CASES: Record<string, [ArchiveTables, unknown[]]> = {
  'two ids of one generating set': [
    RENAMED,
    [
      ['UNITA-X', '2002-2011', 'coal', 500],
      ['UNITB', '2003-2999', 'coal', 500],
    ],
  ],
  'one id of several sets': [
    tables({
      duDetails: [span('A', 2001, null)],
      genUnits: [set('G1', 'Natural Gas (Pipeline)', '300'), set('G2', 'Diesel oil', '100.1')],
      allocations: [allocated('A', 'G1', 2001), allocated('A', 'G2', 2001)],
    }),
    [['A', '2001-2999', 'gas', 400.1]],
  ],
  'two ids that become one by aggregation': [
    tables({
      duDetails: [span('A', 2001, null), span('B', 2001, 2010)],
      genUnits: [set('G1', 'Wind', '50'), set('G2', 'Wind', '60')],
      allocations: [
        allocated('A', 'G1', 2001),
        allocated('B', 'G2', 2001),
        allocated('A', 'G1', 2010),
        allocated('A', 'G2', 2010),
      ],
    }),
    [
      ['A', '2001-2010', 'wind', 50],
      ['A', '2010-2999', 'wind', 110],
      ['B', '2001-2010', 'wind', 60],
    ],
  ],
  'an allocation that a higher version corrects': [
    tables({
      duDetails: [span('A', 2001, null)],
      genUnits: [set('G1', 'Wind', '50'), set('G2', 'Solar', '60')],
      allocations: [allocated('A', 'G1', 2001, '9'), allocated('A', 'G2', 2001, '10')],
    }),
    [['A', '2001-2999', 'solar', 60]],
  ],
  'a span that begins before the first allocation': [
    tables({
      duDetails: [span('A', 1999, null)],
      genUnits: [set('G1', 'Hydro', '80')],
      allocations: [allocated('A', 'G1', 2005)],
    }),
    [['A', '1999-2999', 'hydro', 80]],
  ],
  'a bidirectional unit whose sets give and take': [
    tables({
      duDetails: [span('BESS1', 2024, null, { DISPATCHTYPE: 'BIDIRECTIONAL' })],
      genUnits: [
        set('BESSG', 'Battery Storage', '100', { DISPATCHTYPE: 'GENERATOR' }),
        set('BESSL', 'Battery Storage', '120', { DISPATCHTYPE: 'LOAD' }),
      ],
      allocations: [allocated('BESS1', 'BESSG', 2024), allocated('BESS1', 'BESSL', 2024)],
    }),
    [['BESS1', '2024-2999', 'battery', 100]],
  ],
  'rows of a set that repeat, and one that was changed later': [
    tables({
      duDetails: [span('A', 2001, null)],
      genUnits: [
        set('A', 'Diesel oil', '40', { LASTCHANGED: '2010/01/01 00:00:00' }),
        set('A', 'Hydro', '50', { LASTCHANGED: '2012/01/01 00:00:00' }),
        set('A', 'Hydro', '50', { LASTCHANGED: '2012/01/01 00:00:00' }),
      ],
    }),
    [['A', '2001-2999', 'hydro', 50]],
  ],
  'rows of an id for one time whose roles differ': [
    tables({
      duDetails: [
        span('P', 2001, null, { DISPATCHTYPE: 'LOAD', LASTCHANGED: '2001/01/01 00:00:00' }),
        span('P', 2001, null, { DISPATCHTYPE: 'GENERATOR', LASTCHANGED: '2003/01/01 00:00:00' }),
      ],
      genUnits: [set('P', 'Hydro', '30')],
    }),
    [['P', '2001-2999', 'hydro', 30]],
  ],
  'a short span within a longer one': [
    tables({
      duDetails: [span('A', 2001, null), span('A', 2005, 2006, { DISPATCHTYPE: 'LOAD' })],
      genUnits: [set('A', 'Hydro', '30')],
    }),
    [
      ['A', '2001-2005', 'hydro', 30],
      ['A', '2005-2006', 'load', 30],
      ['A', '2006-2999', 'hydro', 30],
    ],
  ],
};

describe('the identity of a unit over time', () => {
  it.each(Object.entries(CASES))('is right for %s', (_, [input, expected]) => {
    expect(facts(input)).toEqual(expected);
  });

  it.each(Object.entries(CASES))('does not depend on the order of rows: %s', (_, [input, expected]) => {
    const shuffled = <T>(rows: readonly T[] | undefined) =>
      fc.shuffledSubarray([...(rows ?? [])], { minLength: rows?.length ?? 0 });
    const orders = fc.tuple(shuffled(input.duDetails), shuffled(input.genUnits), shuffled(input.allocations));
    fc.assert(
      fc.property(orders, ([duDetails, genUnits, allocations]) => {
        expect(facts({ ...input, duDetails, genUnits, allocations })).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('lists the row of a set that does not count', () => {
    const [input] = CASES['rows of a set that repeat, and one that was changed later']!;
    expect(unitsFromArchive(input).problems).toMatchObject([{ line: 3 }]);
  });

  it('lists fuel words that no table knows', () => {
    const input = tables({
      duDetails: [span('A', 2001, null)],
      genUnits: [set('A', 'Unobtainium pellets', '30')],
    });
    expect(facts(input)).toEqual([['A', '2001-2999', 'other', 30]]);
    expect(unitsFromArchive(input).problems[0]!.problem).toContain('unobtainium, pellets');
  });
});
