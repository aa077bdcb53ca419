import { MockActivityEnvironment } from '@temporalio/testing';
import { createRefineTables } from '../../../../activities/spark/refineTables';
import type { RefinedTables, RefineTablesInput } from '../../../../core/steps';
import { pipelineNamed } from '../../../../pipelines/registry';
import { memoryLake } from './memoryLake';

const input: RefineTablesInput = {
  pipeline: 'nem',
  runId: '20260101T000500Z',
  branch: 'main',
  slot: 'slot_1',
  baseHash: 'base0000',
  reference: null,
  landing: null,
  quarantine: null,
  plan: { ranges: [{ topic: 't', partition: 0, start: 0, end: 10 }], records: 10 },
};

describe('refineTables', () => {
  const refine = (
    lake: ReturnType<typeof memoryLake>,
    info: { activityId: string; attempt?: number; heartbeatDetails?: string },
  ): Promise<RefinedTables> =>
    new MockActivityEnvironment(info).run(createRefineTables(lake.deps).refineTables, input);

  it('does the work again when a run takes its batch a second time, on a branch that holds it', async () => {
    const lake = memoryLake();
    const first = await refine(lake, { activityId: '3' });
    const second = await refine(lake, { activityId: '9' });
    expect(lake.submitted).toHaveLength(2);
    expect(second.workBranch).not.toBe(first.workBranch);
    expect(second.headHash).not.toBe(input.baseHash);
  });

  it('tells Spark which tables the merge may change', async () => {
    const lake = memoryLake();
    await refine(lake, { activityId: '3' });
    expect(lake.submitted[0]!.outputs).toEqual(pipelineNamed('nem').outputs);
  });

  it('takes over the job of an interrupted attempt, with its branch', async () => {
    const lake = memoryLake();
    const first = await refine(lake, { activityId: '3' });
    const second = await refine(lake, {
      activityId: '3',
      attempt: 2,
      heartbeatDetails: lake.submitted[0]!.job_id,
    });
    expect(lake.submitted).toHaveLength(1);
    expect(second).toEqual(first);
  });

  it('starts again on its own branch after an attempt whose job failed', async () => {
    const lake = memoryLake();
    lake.ends = 'failed';
    await expect(refine(lake, { activityId: '3' })).rejects.toThrow('expected it to succeed');
    lake.ends = 'succeeded';
    await refine(lake, { activityId: '3', attempt: 2, heartbeatDetails: lake.submitted[0]!.job_id });
    expect(new Set(lake.submitted.map(({ catalog }) => catalog.ref)).size).toBe(2);
  });

  it('names no registry for a pipeline that needs none', async () => {
    const lake = memoryLake();
    await refine(lake, { activityId: '3' });
    expect(lake.submitted[0]).not.toHaveProperty('schema_registry');
  });

  it('is tried again when records name schemas and the registry is away', async () => {
    const lake = memoryLake();
    lake.ends = 'failed';
    lake.error = { code: 'SCHEMA_REGISTRY_UNAVAILABLE', message: 'found 503', tail: '' };
    await expect(refine(lake, { activityId: '3' })).rejects.toMatchObject({
      code: 'SCHEMA_REGISTRY_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('found 503') as string,
    });
  });

  it('does not try again when a table has changed otherwise than by added columns', async () => {
    const lake = memoryLake();
    lake.ends = 'failed';
    lake.error = {
      code: 'SCHEMA_CHANGE_NOT_ADDITIVE',
      message: 'nem.bronze_price: RRP is double',
      tail: '',
    };
    await expect(refine(lake, { activityId: '3' })).rejects.toMatchObject({
      code: 'SCHEMA_CHANGE_NOT_ADDITIVE',
      retryable: false,
      message: expect.stringContaining('nem.bronze_price: RRP is double'),
    });
  });
});
