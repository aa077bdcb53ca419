import fc from 'fast-check';
import { physicalUnits } from '../../../pipelines/nem/reference/unitParts';
import { readUnitCsv } from '../../../pipelines/nem/reference/unitCsv';

const HEADER = 'DUID,Station Name,Region,Fuel,Dispatch Type,Capacity,Emissions Factor,Units';

/** Rows of one id in any order, and what they make of it. */
const CASES: Record<string, [string[], unknown]> = {
  'several sets': [
    ['A,x,SA1,Natural Gas,,300,0.5,1-2', 'A,x,SA1,Diesel,,100,0.9,3'],
    ['GENERATOR', 'gas', 400, 0.6],
  ],
  'sets that burn equally much of two fuels': [
    ['A,x,SA1,Diesel,,100,0.9,1', 'A,x,SA1,Natural Gas,,100,0.5,2'],
    ['GENERATOR', 'gas', 200, 0.7],
  ],
  'a figure repeated for the same physical units': [
    ['A,x,SA1,Wind,,7.76,0,1-3', 'A,x,SA1,Wind,,7.76,0,"1,2-3"'],
    ['GENERATOR', 'wind', 7.76, 0],
  ],
  'a row that repeats without naming units': [
    ['A,x,SA1,Wind,,50,0,', 'A,x,SA1,Wind,,50,0,'],
    ['GENERATOR', 'wind', 50, 0],
  ],
  'equal sets that are not the same': [
    ['A,x,SA1,Wind,,50,0,1', 'A,x,SA1,Wind,,50,0,2'],
    ['GENERATOR', 'wind', 100, 0],
  ],
  'roles that differ': [
    ['A,x,SA1,Battery,Generating Unit,30,0,1', 'A,x,SA1,Battery,Load,35,0,1'],
    ['BIDIRECTIONAL', 'battery', 30, 0],
  ],
  'a station that differs': [
    ['A,small,SA1,Wind,,10,0,1', 'A,big,SA1,Wind,,20,0,2'],
    ['GENERATOR', 'wind', 30, 0],
  ],
};

function read(lines: readonly string[]) {
  return readUnitCsv(Buffer.from([HEADER, ...lines].join('\n')), 'u.csv');
}

describe('several rows of one id', () => {
  it.each(Object.entries(CASES))(
    'make one unit of %s, in any order, and are listed',
    (_, [lines, expected]) => {
      fc.assert(
        fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (order) => {
          const { units, problems } = read(order);
          expect(
            units.map((unit) => [
              unit.dispatch_type,
              unit.fuel_type,
              unit.capacity_mw,
              unit.emissions_factor_t_per_mwh,
            ]),
          ).toEqual([expected]);
          expect(problems.length).toBeGreaterThan(0);
        }),
        { numRuns: 10 },
      );
    },
  );

  it('take station and region of the largest row', () => {
    expect(read(CASES['a station that differs']![0]).units[0]!.station_name).toBe('big');
  });

  it('whose spans overlap are decided by the span that begins first, in any order', () => {
    const header = 'unit_id,station_name,region_id,fuel_source,capacity_mw,valid_from,valid_to';
    const lines = [
      'A,x,SA1,Wind,1,2000-01-01,2020-01-01',
      'A,x,SA1,Wind,3,2019-01-01,2021-01-01',
      'A,x,SA1,Wind,2,2020-01-01,',
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: 3 }), (order) => {
        const { units, problems } = readUnitCsv(Buffer.from([header, ...order].join('\n')), 'u.csv');
        expect(units.map((unit) => unit.capacity_mw)).toEqual([1, 2]);
        expect(problems.map((problem) => problem.text)).toEqual([lines[1]]);
      }),
    );
  });

  it('name physical units by number, range or word', () => {
    expect([...physicalUnits('1,2-3')!]).toEqual(['1', '2', '3']);
    expect([...physicalUnits('GT1 & GT2')!]).toEqual(['GT1', 'GT2']);
    expect(physicalUnits('-')).toBeNull();
  });
});
