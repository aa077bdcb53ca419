import { readContracts } from '../../../core/contract/readContracts';
import { readSilverContracts } from '../../../core/contract/readSilverContracts';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const CONTRACTS = path.join(repositoryRoot(), 'pipelines/nem/contracts');
const fileOf = (file: string) => ({ file, content: fs.readFileSync(path.join(CONTRACTS, file), 'utf8') });
const streams = readContracts('nem/contracts', ['price.yaml', 'region.yaml'].map(fileOf));
const region = fileOf('silver/region.yaml').content;
const read = (content: string) => readSilverContracts('nem/silver', [{ file: 'a.yaml', content }], streams);

describe('a contract of a silver table', () => {
  const [contract] = read(region);
  const column = (name: string) => contract!.columns.find((each) => each.name === name);

  it('takes type, unit and meaning of what it carries along from the stream', () => {
    const bronze = streams[0]!.columns.find(({ name }) => name === 'price_aud_per_mwh')!;
    expect(bronze.unit).toBe('AUD/MWh');
    expect(column('price_aud_per_mwh')).toEqual({
      name: 'price_aud_per_mwh',
      physicalType: 'double',
      unit: bronze.unit,
      description: bronze.description,
      sources: ['nem.bronze_price.price_aud_per_mwh'],
      keyPosition: null,
    });
  });

  it('says itself what it computes, or renames to mean something else', () => {
    expect(column('interval_end_at')).toMatchObject({ physicalType: 'timestamp', sources: [] });
    expect(column('price_intervention')).toMatchObject({
      physicalType: 'int',
      description: 'Run that the price is from: 0 = the pricing run',
      sources: ['nem.bronze_price.intervention'],
    });
    expect(
      contract!.columns.filter(({ keyPosition }) => keyPosition !== null).map(({ name }) => name),
    ).toEqual(['trading_interval', 'region_id']);
  });

  it('that is wrong is one error with every problem and its place', () => {
    const wrong = region
      .replace('nem.bronze_price.price_status', 'nem.bronze_price.price_state')
      .replace('nem.bronze_region.demand_mw', 'nem.bronze_region.wanted_mw');
    expect(() => read(wrong)).toThrow(
      /a\.yaml: demand_mw: expected physicalType and description[\s\S]*a\.yaml: price_status: /,
    );
    expect(() => read(region.replace('logicalType: date', 'logicalType: timestamp'))).toThrow(
      /a\.yaml: .*trading_date: expected logicalType date, found timestamp/,
    );
    expect(() => read('a: [1')).toThrow(/a\.yaml: /);
  });

  it('is one of ODCS 3.1, and the only one of its table and of each column', () => {
    expect(() => read(region.replace('v3.1.0', 'v2.2.2'))).toThrow(/a\.yaml: apiVersion: /);
    const files = ['a.yaml', 'b.yaml'].map((file) => ({ file, content: region }));
    expect(() => readSilverContracts('nem/silver', files, streams)).toThrow(
      /expected each physicalName once, found nem\.silver_region_clean twice/,
    );
    expect(() => read(region.replaceAll('name: demand_mw', 'name: region_id'))).toThrow(
      /a\.yaml: expected each column once, found region_id twice/,
    );
  });
});
