import { MockActivityEnvironment } from '@temporalio/testing';
import { createRewriteTables } from '../../../../activities/upkeep/rewriteTables';
import { pipelineNamed } from '../../../../pipelines/registry';
import { memoryLake } from '../spark/memoryLake';

/** By the definition; reference tables have none. */
const TIME_COLUMNS = expect.objectContaining({
  'nem.bronze_dispatch': 'trading_interval',
  'nem_gold.fact_dispatch': 'trading_interval',
});

it('rewrites the tables named, and tells Spark of all that the merge may change', async () => {
  const lake = memoryLake();
  const { rewriteTables } = createRewriteTables(lake.deps);
  await new MockActivityEnvironment().run(rewriteTables, {
    pipeline: 'nem',
    runId: '20260101T000500Z',
    branch: 'main',
    slot: 'slot_1',
    baseHash: 'base0000',
    tables: ['nem.unit_metadata'],
  });
  expect(lake.submitted).toMatchObject([
    {
      kind: 'maintain',
      outputs: pipelineNamed('nem').outputs,
      params: { tables: ['nem.unit_metadata'], time_columns: TIME_COLUMNS },
    },
  ]);
});
