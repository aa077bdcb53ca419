import { MetadataEncodingError, MetadataFormatError } from '../../../pipelines/nem/reference/errors';
import { readRegionCsv } from '../../../pipelines/nem/reference/regionCsv';
import { decodeText } from '../../../pipelines/nem/reference/textDecoding';
import { readUnitCsv } from '../../../pipelines/nem/reference/unitCsv';

const HEADER = 'unit_id,station_name,region_id,fuel_source,capacity_mw';
const CAFE = `${HEADER}\nA,Mount Piper,NSW1,Black Coal,1\nB,Café Ærø,SA1,Wind,2\n`;

function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
}

function caught(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error, found none');
}

describe('text of a user file', () => {
  it('that is not UTF-8 is refused with line and column, and read in the encoding stated', () => {
    const bytes = Buffer.from(CAFE, 'latin1');
    const error = caught(() => readUnitCsv(bytes, 'u.csv'));
    expect(error).toBeInstanceOf(MetadataEncodingError);
    expect(error.message).toContain('line 3, column 6');
    expect((error as MetadataEncodingError).hint).toContain('--encoding windows-1252');
    const { units } = readUnitCsv(bytes, 'u.csv', { encoding: 'windows-1252' });
    expect(units[1]!.station_name).toBe('Café Ærø');
  });

  it('in Windows-1252 has its own characters, not those of Latin 1', () => {
    const bytes = Buffer.from([0x80, 0x96, 0x92]);
    expect(decodeText(bytes, 'x', 'windows-1252')).toBe('€–’');
    const unknown = caught(() => decodeText(Buffer.from([0x41, 0x81]), 'x', 'windows-1252'));
    expect(unknown.message).toContain('line 1, column 2');
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${CAFE}`)],
    ['UTF-16, little end first', utf16(CAFE, false)],
    ['UTF-16, big end first', utf16(CAFE, true)],
    ['CR line ends', Buffer.from(CAFE.replaceAll('\n', '\r'))],
    ['CRLF line ends', Buffer.from(CAFE.replaceAll('\n', '\r\n'))],
    ['semicolons', Buffer.from(CAFE.replaceAll(',', ';'))],
    ['tabs', Buffer.from(CAFE.replaceAll(',', '\t'))],
    ['a header in other case', Buffer.from(CAFE.replace(HEADER, HEADER.toUpperCase()))],
  ])('is read alike as %s', (_, bytes) => {
    const { units, problems } = readUnitCsv(bytes, 'u.csv');
    expect(problems).toEqual([]);
    expect(units.map((unit) => [unit.unit_id, unit.station_name, unit.capacity_mw])).toEqual([
      ['A', 'Mount Piper', 1],
      ['B', 'Café Ærø', 2],
    ]);
  });

  it('in UTF-16 without a mark is refused with the option that reads it', () => {
    const bytes = utf16(CAFE, false).subarray(2);
    const error = caught(() => readUnitCsv(bytes, 'u.csv'));
    expect(error).toBeInstanceOf(MetadataFormatError);
    expect(error.message).toContain('--encoding utf-16le');
    expect(readUnitCsv(bytes, 'u.csv', { encoding: 'utf-16le' }).units).toHaveLength(2);
  });

  it('that was damaged before is taken and named', () => {
    const { problems } = readUnitCsv(Buffer.from(`${HEADER}\nA,Caf\uFFFD,SA1,Wind,1\n`), 'u.csv');
    expect(problems).toMatchObject([{ line: 2, isTaken: true }]);
  });

  it('may hold line ends within quotes; the lines after them keep their numbers', () => {
    const { units, problems } = readUnitCsv(
      Buffer.from(`${HEADER}\r\nA,"Two\r\nlines",SA1,Wind,1\r\nB,x,SA1,Wind,none\r\n`),
      'u.csv',
    );
    expect(units[0]!.station_name).toBe('Two\r\nlines');
    expect(problems).toMatchObject([{ line: 4, problem: 'expected capacity_mw of 0 or more, found none' }]);
  });

  it('may have commas between thousands; where commas may be decimal ones the number is named', () => {
    const line = (cell: string) => Buffer.from(`${HEADER}\nA,x,SA1,Wind,"${cell}"\n`);
    expect(readUnitCsv(line('1,320'), 'u').units[0]!.capacity_mw).toBe(1320);
    expect(readUnitCsv(line('1,320.5'), 'u').units[0]!.capacity_mw).toBe(1320.5);
    expect(readUnitCsv(line('1,32'), 'u').problems).toMatchObject([{ line: 2 }]);
    const semicolons = Buffer.from(`${HEADER.replaceAll(',', ';')}\nA;x;SA1;Wind;1,320\n`);
    expect(readUnitCsv(semicolons, 'u').problems).toMatchObject([
      { line: 2, problem: 'expected capacity_mw of 0 or more, found 1,320' },
    ]);
  });
});

describe('files of spreadsheets in other countries', () => {
  const file = (...lines: string[]) => Buffer.from([HEADER.replaceAll(',', ';'), ...lines].join('\n'));
  const capacities = (bytes: Buffer) => readUnitCsv(bytes, 'u').units.map((unit) => unit.capacity_mw);

  it('have decimal commas as soon as one number can be read in no other way', () => {
    const bytes = file(
      'A;x;SA1;Wind;1,5',
      'B;x;SA1;Wind;1.320',
      'C;x;SA1;Wind;1,320',
      'D;x;SA1;Wind;2.500,25',
    );
    expect(capacities(bytes)).toEqual([1.5, 1320, 1.32, 2500.25]);
    const { problems } = readUnitCsv(file('A;x;SA1;Wind;1,5', 'B;x;SA1;Wind;1.5'), 'u');
    expect(problems).toMatchObject([{ line: 3, problem: 'expected capacity_mw of 0 or more, found 1.5' }]);
  });

  it('may have decimal points beside semicolons', () => {
    expect(capacities(file('A;x;SA1;Wind;0.875', 'B;x;SA1;Wind;12.5'))).toEqual([0.875, 12.5]);
  });

  it.each(['sep=;', 'SEP=;', '"sep=;"'])('may state the delimiter above the header as %s', (line) => {
    const { units, problems } = readUnitCsv(
      Buffer.from(`${line}\r\n${HEADER.replaceAll(',', ';')}\r\nA;x, y;SA1;Wind;1\r\nB;x;SA1;Wind;no\r\n`),
      'u',
    );
    expect(units).toMatchObject([{ unit_id: 'A', station_name: 'x, y', capacity_mw: 1 }]);
    expect(problems).toMatchObject([{ line: 4 }]);
  });

  it('in UTF-32 are refused by name', () => {
    const wide = Buffer.from(
      [...`\uFEFF${CAFE}`].flatMap((each) => [...utf16(each, false).subarray(2), 0, 0]),
    );
    const error = caught(() => readUnitCsv(wide, 'u.csv'));
    expect(error).toBeInstanceOf(MetadataFormatError);
    expect(error.message).toContain('UTF-32');
  });

  it('may name a column twice: the first counts, the second is listed', () => {
    const { units, problems } = readUnitCsv(Buffer.from(`${HEADER},capacity_mw\nA,x,SA1,Wind,1,2\n`), 'u');
    expect(units[0]!.capacity_mw).toBe(1);
    expect(problems).toMatchObject([{ line: 1, problem: 'columns that are not used: capacity_mw' }]);
  });
});

describe('mistakes of a user file', () => {
  it('are all named at once, each with its line', () => {
    const lines = [
      `${HEADER},colour`,
      'A,x,QLD,Wind,1,red',
      'B,x,QLD1\u00a0,Wind,much,red',
      ',x,SA1,Wind,1,red',
      'C,x,,Wind,1,red',
      'D,,SA1,Unobtainium,1,red',
      'E,x,SA1,,1,red',
    ];
    const { units, problems } = readUnitCsv(Buffer.from(lines.join('\n')), 'u.csv');
    expect(units.map((unit) => unit.unit_id)).toEqual(['D', 'E']);
    expect(problems.map(({ line, problem }) => `${line}: ${problem}`)).toEqual([
      '1: columns that are not used: colour',
      '2: expected region_id NSW1, QLD1, SA1, SNOWY1, TAS1, VIC1, found QLD',
      '3: expected region_id NSW1, QLD1, SA1, SNOWY1, TAS1, VIC1, found QLD1\\u00a0',
      '3: expected capacity_mw of 0 or more, found much',
      '4: expected a unit_id, found none',
      '5: expected a region_id, found none',
      '6: expected a station_name, found none',
      '6: fuel words that no table knows: unobtainium',
      '7: expected a fuel, found none',
    ]);
  });

  it('in regions are named as well; a region that may be new is taken', () => {
    const { regions, problems } = readRegionCsv(
      Buffer.from('region_id,region_name,state\nQLD1\u00a0,Queensland,QLD\nNT1,Northern Territory,NT\n'),
      'r.csv',
    );
    expect(regions.map((region) => region.region_id)).toEqual(['NT1']);
    expect(problems).toMatchObject([
      { line: 2, region_id: 'QLD1\\u00a0' },
      { line: 3, isTaken: true },
    ]);
  });
});
