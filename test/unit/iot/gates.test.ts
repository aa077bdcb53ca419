import path from 'node:path';
import { loadSuites } from '../../../activities/gates/gateSuites';
import { contractsIn } from '../../../pipelines/contractFiles';
import { pipelineNamed } from '../../../pipelines/registry';
import { repositoryRoot } from '../../../settings/repositoryRoot';

process.env.CURRENTS_PIPELINES = 'nem,iot';

describe('the gates of telemetry', () => {
  const [contract] = contractsIn(path.join(repositoryRoot(), 'pipelines', 'iot'));
  const suites = loadSuites('iot').map(({ suite }) => suite);
  const silver = suites.find((suite) => suite.meta?.currents?.table === contract!.countedAs)!;
  const gold = pipelineNamed('iot')
    .tables.map(({ name }) => name)
    .filter((name) => name.startsWith('iot_gold.'));
  const column = (name: unknown) => contract!.columns.find((each) => each.name === name);

  it('audit bronze, silver, anomalies and every gold table', () => {
    expect(suites.map((suite) => suite.meta?.currents?.table).sort()).toEqual(
      [contract!.bronze, contract!.countedAs, 'iot.anomalies', ...gold].sort(),
    );
  });

  it('hold silver to the limits of the contract', () => {
    const limits = silver.expectations.filter(
      ({ type, kwargs }) => type === 'expect_column_values_to_be_between' && column(kwargs['column']),
    );
    expect(limits.length).toBeGreaterThan(3);
    for (const { kwargs } of limits) {
      const { minimum, maximum } = column(kwargs['column'])!;
      expect({ min_value: null, max_value: null, ...kwargs }).toMatchObject({
        min_value: minimum,
        max_value: maximum,
      });
    }
  });

  it('name the device types of the contract', () => {
    const named = silver.expectations.find(
      ({ kwargs }) => kwargs['column'] === 'device_type' && kwargs['value_set'],
    );
    expect(named!.kwargs['value_set']).toEqual(column('device_type')!.allowed!.values);
  });
});
