import { regionMetadataCsv, unitMetadataCsv } from '../../../pipelines/nem/demo/metadataCsv';
import { simulatedUnits } from '../../../pipelines/nem/demo/units';
import { MetadataColumnsError, MetadataFormatError } from '../../../pipelines/nem/reference/errors';
import { readRegionCsv } from '../../../pipelines/nem/reference/regionCsv';
import { readUnitCsv } from '../../../pipelines/nem/reference/unitCsv';

const HEADER =
  'unit_id,station_name,region_id,fuel_source,technology,dispatch_type,capacity_mw,' +
  'emissions_factor_t_per_mwh,valid_from,valid_to';

function read(...lines: string[]) {
  return readUnitCsv(Buffer.from(lines.join('\n')), 'units.csv');
}

describe('units from a CSV file', () => {
  it('reads a row with its span in NEM time', () => {
    expect(
      read(
        HEADER,
        'BW01,"Bayswater, NSW",NSW1,Black Coal,Steam,Generating Unit,660,0.9,2000/01/01,2999-12-31 00:00:00',
      ).units,
    ).toEqual([
      {
        unit_id: 'BW01',
        station_name: 'Bayswater, NSW',
        region_id: 'NSW1',
        fuel_type: 'coal',
        fuel_source: 'Black Coal',
        dispatch_type: 'GENERATOR',
        capacity_mw: 660,
        emissions_factor_t_per_mwh: 0.9,
        valid_from: '2000-01-01 00:00:00',
        valid_to: '2999-12-31 00:00:00',
        source: 'units.csv',
      },
    ]);
  });

  it("knows the operator's names of columns, a BOM, and trailing blanks in ids", () => {
    const { units } = read(
      '\uFEFFDUID,Station Name,Region,Fuel Source - Primary,Fuel Source - Descriptor,' +
        'Technology Type - Primary,Technology Type - Descriptor,Reg Cap (MW)',
      'HPR1 ,Hornsdale,SA1,Battery Storage,Wind,Storage,Battery and Inverter,150',
    );
    expect(units[0]).toMatchObject({
      unit_id: 'HPR1',
      fuel_type: 'battery',
      dispatch_type: 'BIDIRECTIONAL',
      capacity_mw: 150,
      valid_from: '1998-12-01 00:00:00',
    });
  });

  it('takes a stated fuel type over the words, but never lets a load generate', () => {
    const { units } = read(
      'unit_id,station_name,region_id,fuel_type,dispatch_type',
      'A,a,NSW1,Gas,GENERATOR',
      'B,b,NSW1,hydro,LOAD',
      'C,c,NSW1,load,',
    );
    expect(units.map((unit) => [unit.fuel_type, unit.dispatch_type])).toEqual([
      ['gas', 'GENERATOR'],
      ['load', 'LOAD'],
      ['load', 'LOAD'],
    ]);
  });

  it('lists rows it cannot use with their lines and goes on', () => {
    const { units, problems } = read(
      HEADER,
      ',x,NSW1,Wind,,,1,,,',
      'A,x,NSW1,Wind,,,minus,,,',
      'B,x,NSW1,Wind',
      'C,x,NSW1,Wind,,Perhaps,1,,,',
      'D,x,NSW1,Wind,,,1,,2020-02-30,',
      'E,x,NSW1,Wind,,,1,-3,,',
      'F,x,NSW1,Wind,,,1,,,',
    );
    expect(units.map((unit) => unit.unit_id)).toEqual(['F']);
    expect(problems.map((problem) => problem.line)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(problems[1]!.problem).toBe('expected capacity_mw of 0 or more, found minus');
  });

  it('keeps two spans of a unit that touch and refuses one that overlaps', () => {
    const { units, problems } = read(
      HEADER,
      'A,x,NSW1,Wind,,,1,,2000-01-01,2020-01-01',
      'A,x,NSW1,Wind,,,2,,2020-01-01,',
      'A,x,NSW1,Wind,,,3,,2019-01-01,2021-01-01',
    );
    expect(units.map((unit) => unit.capacity_mw)).toEqual([1, 2]);
    expect(problems).toMatchObject([{ line: 4 }]);
  });

  it('names the columns it misses and those it found', () => {
    expect(() => read('unit_id,colour', 'A,red')).toThrow(MetadataColumnsError);
    expect(() => read('unit_id,colour', 'A,red')).toThrow(
      'units.csv: expected columns station_name, region_id, fuel_source or fuel_source_primary or ' +
        'fuel_type, found unit_id, colour',
    );
    expect(() => readUnitCsv(Buffer.from([80, 75, 3, 4, 0]), 'x')).toThrow(MetadataFormatError);
    expect(() => read(HEADER, 'A,"open')).toThrow('expected a closing quote for line 2');
  });

  it('reads every unit and region of the simulated market with the fuel the simulation gave it', () => {
    const simulated = simulatedUnits(1);
    const { units, problems } = readUnitCsv(Buffer.from(unitMetadataCsv(simulated)), 'sim.csv');
    expect(problems).toEqual([]);
    expect(new Map(units.map((unit) => [unit.unit_id, unit.fuel_type]))).toEqual(
      new Map(simulated.map((unit) => [unit.unit_id, unit.kind])),
    );
    expect(units).toHaveLength(simulated.length + 1);
    expect(
      readRegionCsv(Buffer.from(regionMetadataCsv()), 'r.csv').regions.map((region) => region.region_id),
    ).toEqual(['NSW1', 'QLD1', 'SA1', 'TAS1', 'VIC1']);
  });
});

describe('regions from a CSV file', () => {
  it('refuses a second row of a region and one with an empty cell', () => {
    const { regions, problems } = readRegionCsv(
      Buffer.from('REGIONID,name,state\nSA1,South Australia,SA\nSA1,Again,SA\nVIC1,,VIC\n'),
      'r.csv',
    );
    expect(regions).toHaveLength(1);
    expect(problems.map((problem) => problem.line)).toEqual([3, 4]);
  });
});
