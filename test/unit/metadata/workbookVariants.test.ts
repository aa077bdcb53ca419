import { MetadataColumnsError, MetadataFormatError } from '../../../pipelines/nem/reference/errors';
import { readRegistrationWorkbook } from '../../../pipelines/nem/reference/registrationWorkbook';
import { workbookBytes } from './support/workbookBytes';

const HEADER = [
  'Participant',
  'Station Name',
  'Region',
  'Dispatch Type',
  'Fuel Source - Primary',
  'Fuel Source - Descriptor',
  'Technology Type - Primary',
  'Technology Type - Descriptor',
  'Physical Unit No.',
  'Unit Size (MW)',
  'DUID',
  'Reg Cap (MW)',
  'Max Cap (MW)',
];

function row(DUID: string, type: string, fuel: string, more: Record<string, string> = {}): string[] {
  const cells: Record<string, string> = {
    Participant: 'P',
    'Station Name': 'S',
    Region: 'NSW1',
    'Dispatch Type': type,
    'Fuel Source - Primary': fuel,
    'Fuel Source - Descriptor': fuel,
    DUID,
    'Reg Cap (MW)': '100',
    ...more,
  };
  return HEADER.map((name) => cells[name] ?? '');
}

const UNITS = [row('A', 'Generating Unit', 'Wind')];

async function read(rows: string[][], sheet = 'PU and Scheduled Loads') {
  return readRegistrationWorkbook(workbookBytes({ Overview: [['text']], [sheet]: rows }), 'list.xlsx');
}

describe('registration lists of other years', () => {
  it.each([
    'PU and Scheduled Loads',
    'PU and Scheduled Loads  ',
    'pu and scheduled loads',
    'Generators and Scheduled Loads',
    'GENERATORS AND SCHEDULED LOADS ',
    'A name of a year to come',
  ])('are read from the sheet "%s"', async (sheet) => {
    const { units } = await read([HEADER, ...UNITS], sheet);
    expect(units).toMatchObject([{ unit_id: 'A', fuel_type: 'wind', capacity_mw: 100 }]);
  });

  it('may have a title above the header; lines are those of the sheet', async () => {
    const { units, problems } = await read([['As of July'], [], HEADER, ...UNITS, row('-', 'Load', '')]);
    expect(units).toHaveLength(1);
    expect(problems).toMatchObject([{ line: 5, problem: 'no DUID' }]);
  });

  it('are told from workbooks without such a sheet, and say which columns are missing', async () => {
    await expect(read([['a', 'b']], 'Other')).rejects.toThrow(MetadataFormatError);
    await expect(read([['a', 'b']], 'Other')).rejects.toThrow('"Overview", "Other"');
    const short = HEADER.filter((name) => name !== 'Dispatch Type');
    await expect(read([short])).rejects.toThrow(MetadataColumnsError);
    await expect(read([short])).rejects.toThrow('expected columns Dispatch Type');
  });
});

describe('rows of a registration list', () => {
  it('that are loads in any wording are loads', async () => {
    const types = ['Load', 'Load Norm Off', 'LOAD NORM ON', 'Scheduled Load'];
    const { units, problems } = await read([
      HEADER,
      ...types.map((type, index) => row(`L${index}`, type, 'Water')),
    ]);
    expect(problems).toEqual([]);
    expect(units.map((unit) => [unit.dispatch_type, unit.fuel_type])).toEqual(
      types.map(() => ['LOAD', 'load']),
    );
  });

  it('that are left out, or doubtful, are listed with row and reason', async () => {
    const { units, problems } = await read([
      HEADER,
      row('-', 'Generating Unit', 'Wind'),
      row('B', 'Perhaps', 'Wind'),
      row('C', 'Generating Unit', 'Unobtainium'),
      row('D', 'Generating Unit', 'Wind', { Region: 'QLD' }),
    ]);
    expect(units.map((unit) => [unit.unit_id, unit.fuel_type])).toEqual([
      ['C', 'other'],
      ['D', 'wind'],
    ]);
    expect(problems.map(({ line, problem, isTaken }) => [line, problem, isTaken ?? false])).toEqual([
      [2, 'no DUID', false],
      [3, 'expected a Dispatch Type, found Perhaps', false],
      [4, 'C: fuel words that no table knows: unobtainium', true],
      [5, 'D: expected region_id NSW1, QLD1, SA1, SNOWY1, TAS1, VIC1, found QLD', true],
    ]);
  });

  it('that repeat the figure of the whole id beside each physical unit count once', async () => {
    const part = (unit: string) =>
      row('A', 'Generating Unit', 'Wind', { 'Physical Unit No.': unit, 'Unit Size (MW)': '50' });
    const { units } = await read([HEADER, part('1'), part('2')]);
    expect(units[0]!.capacity_mw).toBe(100);
  });

  it('with a column twice are read by the first, which is said', async () => {
    const { units, problems } = await read([
      [...HEADER, 'Reg Cap (MW)'],
      [...UNITS[0]!, '7'],
    ]);
    expect(units).toMatchObject([{ unit_id: 'A', capacity_mw: 100 }]);
    expect(problems).toMatchObject([
      { line: 1, isTaken: true, problem: expect.stringContaining('found Reg Cap (MW) twice') },
    ]);
  });

  it('with numbers as text keep them, and name those that are none', async () => {
    const { units, problems } = await read([
      HEADER,
      row('A', 'Generating Unit', 'Wind', { 'Reg Cap (MW)': '1,320.5' }),
      row('B', 'Generating Unit', 'Wind', { 'Reg Cap (MW)': 'TBA', 'Max Cap (MW)': '90' }),
      row('C', 'Generating Unit', 'Wind', { 'Reg Cap (MW)': '-' }),
    ]);
    expect(units.map(({ capacity_mw }) => capacity_mw)).toEqual([1320.5, 90, null]);
    expect(problems).toMatchObject([
      { line: 3, isTaken: true, problem: 'B: expected a number in Reg Cap generation (MW), found TBA' },
    ]);
  });

  it('with an id that a spreadsheet has made a date of leave it out by name', async () => {
    const date = String(new Date('2026-09-01T00:00:00Z'));
    const { units, problems } = await read([HEADER, ...UNITS, row(date, 'Generating Unit', 'Wind')]);
    expect(units).toHaveLength(1);
    expect(problems).toMatchObject([
      { line: 3, problem: expect.stringContaining('expected a DUID of at most') },
    ]);
  });
});
