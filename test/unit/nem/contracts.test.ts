import { CONTRACTS, contractOfTable, drift } from '../../../pipelines/nem/contracts/contracts';
import { pipelineNamed } from '../../../pipelines/registry';
import { REPORT_SOURCES } from '../../../pipelines/nem/source/reportFiles';

const nem = pipelineNamed('nem');

describe('contracts', () => {
  it('stand for every topic of the pipeline, and every topic comes from one report', () => {
    expect(CONTRACTS.map(({ topic }) => topic)).toEqual(nem.topics);
    expect(nem.topics).toHaveLength(10);
    expect(REPORT_SOURCES.flatMap(({ topics }) => topics).sort()).toEqual([...nem.topics].sort());
  });

  it.each(CONTRACTS.map((contract) => [contract.topic, contract] as const))(
    '%s names each column once, and its keys among them',
    (_, contract) => {
      const names = contract.columns.map(({ name }) => name);
      expect(new Set([...names, ...contract.carried_columns]).size).toBe(
        names.length + contract.carried_columns.length,
      );
      expect(names).toEqual(
        expect.arrayContaining([
          ...contract.key_columns,
          contract.interval_column,
          ...(contract.id_column ? [contract.id_column] : []),
        ]),
      );
      expect(
        contract.columns.every(
          ({ type, comment, lake_column }) =>
            ['nem_timestamp', 'double', 'int', 'varchar'].includes(type) && comment && lake_column,
        ),
      ).toBe(true);
    },
  );

  it('name the source columns of the regional measures', () => {
    const { columns } = contractOfTable('DISPATCH.REGIONSUM')!;
    const source = (lake: string): string | undefined =>
      columns.find(({ lake_column }) => lake_column === lake)?.name;
    expect(
      [
        'demand_mw',
        'available_generation_mw',
        'dispatchable_generation_mw',
        'semischedule_cleared_mw',
        'net_interchange_mw',
        'solar_uigf_mw',
        'wind_uigf_mw',
      ].map(source),
    ).toEqual([
      'TOTALDEMAND',
      'AVAILABLEGENERATION',
      'DISPATCHABLEGENERATION',
      'SEMISCHEDULE_CLEAREDMW',
      'NETINTERCHANGE',
      'SS_SOLAR_UIGF',
      'SS_WIND_UIGF',
    ]);
  });

  it('tell a missing column from an added one', () => {
    const contract = contractOfTable('DISPATCH.UNIT_SCADA')!;
    expect(drift(contract, ['SETTLEMENTDATE', 'DUID', 'SCADAVALUE'])).toEqual({ missing: [], added: [] });
    expect(drift(contract, ['SETTLEMENTDATE', 'DUID', 'MW', 'LASTCHANGED'])).toEqual({
      missing: ['SCADAVALUE'],
      added: ['MW'],
    });
  });

  it('do not know tables the pipeline does not use', () => {
    expect(contractOfTable('DISPATCH.CONSTRAINT')).toBeUndefined();
  });
});
