import fs from 'node:fs';
import path from 'node:path';
import { keyColumns } from '../../../core/contract/contract';
import { duration_ms } from '../../../core/contract/duration';
import { readContracts } from '../../../core/contract/readContracts';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const price = fs.readFileSync(path.join(repositoryRoot(), 'pipelines/nem/contracts/price.yaml'), 'utf8');
const read = (...texts: (string | Uint8Array)[]) =>
  readContracts(
    'nem/contracts',
    texts.map((content, index) => ({ file: `${index}.yaml`, content })),
  );
const changed = (...changes: [string | RegExp, string][]): string =>
  changes.reduce((text, [from, to]) => {
    const after = text.replace(from, to);
    expect(after).not.toBe(text);
    return after;
  }, price);

describe('a contract', () => {
  const [contract] = read(price);

  it('gives a stream with its table, keys and versions', () => {
    expect(contract).toMatchObject({
      topic: 'nem_price',
      bronze: 'nem.bronze_price',
      sourceTables: ['DISPATCH.PRICE'],
      timeMeans: 'intervalEnd',
      period_ms: 300_000,
      futureTolerance_ms: 3_600_000,
      identity: 'fileLine',
      majorVersion: 1,
      isTouching: true,
    });
    expect(contract!.timeColumn.name).toBe('trading_interval');
    expect(contract!.messageKey?.sourceColumn).toBe('REGIONID');
    expect(keyColumns(contract!).map(({ name }) => name)).toEqual([
      'trading_interval',
      'region_id',
      'intervention',
    ]);
  });

  it('gives the columns with what is agreed about each', () => {
    const column = (name: string) => contract!.columns.find((each) => each.name === name);
    expect(column('price_aud_per_mwh')).toMatchObject({
      sourceColumn: 'RRP',
      physicalType: 'double',
      unit: 'AUD/MWh',
      required: true,
      mayBeAbsent: false,
      keyPosition: null,
      allowed: null,
      minimum: null,
      maximum: null,
    });
    expect(column('price_status')?.allowed).toEqual({ values: ['FIRM', 'NOT FIRM'], severity: 'warning' });
    expect(column('last_changed_at_nem')).toMatchObject({ required: false, mayBeAbsent: true });
  });

  it('gives the limits of numbers, and how far times may lie from their record', () => {
    const limited = changed(
      [
        'logicalType: number',
        'logicalType: number\n        logicalTypeOptions: {minimum: -1000, maximum: 0.5}',
      ],
      [/( +- \{property: futureTolerance.*\n)/, '$1      - {property: pastTolerance, value: P30D}\n'],
    );
    const [found] = read(limited);
    expect(found).toMatchObject({ futureTolerance_ms: 3_600_000, pastTolerance_ms: 30 * 86_400_000 });
    expect(found!.columns.find(({ name }) => name === 'price_aud_per_mwh')).toMatchObject({
      minimum: -1000,
      maximum: 0.5,
    });
  });

  it('has defaults for what few streams need', () => {
    const short = changed(
      [/.*periodMinutes.*\n/, ''],
      [/.*countedAs.*\n/, ''],
      [/.*messageKey.*\n/, ''],
      ['value: PT1H', 'value: none'],
    );
    expect(read(short)[0]).toMatchObject({
      period_ms: 3_600_000,
      countedAs: 'nem.bronze_price',
      messageKey: null,
      futureTolerance_ms: null,
      pastTolerance_ms: null,
    });
  });
});

describe('contracts that are wrong', () => {
  it('are one error with every problem of every file, each with its place', () => {
    const first = changed(['physicalType: double', 'physicalType: decimal'], ['v3.1.0', 'v2.0.0']);
    const second = changed([/.*\{property: topic.*\n/, ''], ['{property: unit', '{property: measure']);
    const third = 'a: [1';
    expect(() => read(first, second, third)).toThrow(
      expect.objectContaining({
        code: 'CONTRACT_INVALID',
        message: expect.stringMatching(
          new RegExp(
            [
              'nem/contracts: expected data contracts of ODCS 3.1, found',
              '0.yaml: apiVersion: .*',
              '0.yaml: schema.price.properties.price_aud_per_mwh.physicalType: .*',
              '1.yaml: schema.price.customProperties.topic: .*',
              '1.yaml: schema.price.properties.price_aud_per_mwh.customProperties: .*measure.*',
              '2.yaml: .*',
            ].join('\n'),
          ),
        ) as string,
      }),
    );
  });

  it.each([
    [
      'a field number of one column alone',
      ['{property: unit', '{property: fieldNumber, value: 1}\n          - {property: unit'],
      /trading_interval: expected a fieldNumber, as other columns have, found none/,
    ],
    [
      "a field number of Protobuf's own",
      ['{property: unit', '{property: fieldNumber, value: 19500}\n          - {property: unit'],
      /expected no number from 19000 to 19999/,
    ],
    [
      'a logical type that is not its physical one',
      ['logicalType: number', 'logicalType: string'],
      /price_aud_per_mwh: expected logicalType number for double, found string/,
    ],
    [
      'a time that is no column',
      ['timeColumn, value: trading_interval', 'timeColumn, value: at'],
      /timeColumn: expected a column of the contract, found at/,
    ],
    [
      'a key that may be empty',
      [/(name: region_id[\s\S]*?) {8}required: true\n/, '$1'],
      /region_id: expected a key that is required/,
    ],
    [
      'keys in another order',
      ['primaryKeyPosition: 2', 'primaryKeyPosition: 4'],
      /primaryKey: expected the first columns, trading_interval 1 before all, found .*region_id 4/,
    ],
    [
      'a source column twice',
      ['value: RUNNO', 'value: REGIONID'],
      /expected each source column once, found REGIONID twice/,
    ],
    [
      'a duration in words',
      ['value: PT1H', 'value: an hour'],
      /futureTolerance: expected a duration such as PT1H, or none, found an hour/,
    ],
    [
      'limits of a text',
      [/(name: region_id[\s\S]*?)( {8}required: true\n)/, '$1        logicalTypeOptions: {minimum: 1}\n$2'],
      /region_id: expected logicalTypeOptions of a number, found those of a string/,
    ],
    [
      'limits the wrong way round',
      ['logicalType: number', 'logicalType: number\n        logicalTypeOptions: {minimum: 2, maximum: 1}'],
      /price_aud_per_mwh: expected a minimum up to the maximum 1, found 2/,
    ],
    [
      'limits by another name',
      ['logicalType: number', 'logicalType: number\n        logicalTypeOptions: {least: 2}'],
      /price_aud_per_mwh.logicalTypeOptions: .*least/,
    ],
    [
      'a property twice',
      ['property: countedAs', 'property: topic'],
      /expected each property once, found topic twice/,
    ],
    [
      'allowed values of a number, which nothing would hold it to',
      [
        'unit, value: AUD/MWh}',
        'unit, value: AUD/MWh}\n' +
          '        quality: [{metric: invalidValues, ' +
          'arguments: {validValues: ["1"]}, mustBe: 0, severity: error}]',
      ],
      /price_aud_per_mwh: expected validValues of a string, found double/,
    ],
    [
      'a place among the keys without a key',
      [/(name: region_id[\s\S]*?) {8}primaryKey: true\n/, '$1'],
      /region_id: expected primaryKey: true beside primaryKeyPosition, found none/,
    ],
    [
      'a column that bronze has for the origin of a row',
      ['name: run_no', 'name: source_line'],
      /source_line: expected a name that the bronze table does not have by itself/,
    ],
    [
      'a column with the name of the partition',
      ['partitionColumn, value: trading_date', 'partitionColumn, value: run_no'],
      /run_no: expected a name that the bronze table does not have by itself/,
    ],
    [
      'an identity that is no key',
      ['identity, value: fileLine', 'identity, value: [region_id, run_no]'],
      /identity: expected a key, found run_no/,
    ],
    [
      'versions by a column that is not there',
      ['[last_changed_at_nem, header_at_nem,', '[last_chnged_at_nem, header_at_nem,'],
      /versionOrder: expected a column of the contract or of a record's origin, found last_chnged_at_nem/,
    ],
    ['a topic that reads as dead letters', ['nem_price}', 'nem_price.dlq}'], /topic: .*without .dlq in it/],
    ['a topic that Kafka does not take', ['nem_price}', `${'x'.repeat(246)}}`], /topic: .*at most 245/],
  ] as [string, [string | RegExp, string], RegExp][])('are found: %s', (_, change, message) => {
    expect(() => read(changed(change))).toThrow(message);
  });

  it('are found where two claim the same topic, table or rows', () => {
    expect(() => read(price, price)).toThrow(
      /topic once, found nem_price twice\n.*physicalName once.*\n.*table of the source once, found DISPATCH.PRICE/,
    );
  });

  it('are found where Kafka holds two topics for one, by the signs . and _', () => {
    const other = changed(
      ['nem_price}', 'nem.price}'],
      ['nem.bronze_price\n', 'nem.bronze_other\n'],
      ['[DISPATCH.PRICE]', '[DISPATCH.OTHER]'],
    );
    expect(() => read(price, other)).toThrow(/found\nexpected each topic once, found nem_price twice$/);
  });

  it('are one error for a file that is no text, or whose aliases would fill the memory', () => {
    const aliases = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (const [name, last] of [...'bcdefgh'].map((each, index) => [each, 'abcdefg'[index]!]))
      aliases.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${last}`).join()}]`);
    const latin1 = Buffer.from(price.replace('Prices by region', 'Preise für Regionen'), 'latin1');
    const utf16 = Buffer.from(`\ufeff${price}`, 'utf16le');
    expect(() => read(latin1, utf16, aliases.join('\n'), Buffer.from(`\ufeff${price}`))).toThrow(
      expect.objectContaining({
        code: 'CONTRACT_INVALID',
        message: expect.stringMatching(
          new RegExp(
            'found\n0.yaml: expected YAML 1.2 in UTF-8, found .*\n' +
              '1.yaml: expected YAML 1.2 in UTF-8.*\n2.yaml: .*Excessive alias count.*$',
          ),
        ) as string,
      }),
    );
  });

  it('are read by YAML 1.2: no, on and 12:30 are texts', () => {
    const words = changed(['[FIRM, NOT FIRM]', '[NO, on, 12:30, 1_000]']);
    expect(read(words)[0]!.columns.find(({ allowed }) => allowed)!.allowed!.values).toEqual([
      'NO',
      'on',
      '12:30',
      '1_000',
    ]);
  });

  it('are found where a name has two types', () => {
    const other = changed(
      ['nem_price}', 'nem_other}'],
      ['nem.bronze_price\n', 'nem.bronze_other\n'],
      ['[DISPATCH.PRICE]', '[DISPATCH.OTHER]'],
      [/(name: run_no[\s\S]*?)physicalType: int/, '$1physicalType: bigint'],
    );
    expect(() => read(price, other)).toThrow(/found\nrun_no: expected int as before, found bigint$/);
  });
});

describe('durations', () => {
  it.each([
    ['PT1H', 3_600_000],
    ['P1DT1M', 86_460_000],
    ['PT0S', 0],
    ['P', undefined],
    ['1h', undefined],
  ])('%s is %s', (text, expected) => expect(duration_ms(text)).toBe(expected));
});
