import { MockActivityEnvironment } from '@temporalio/testing';
import { createKeepFailedRun, type KeepFailedRunDeps } from '../../../../activities/runs/keepFailedRun';
import type { KeepFailedInput } from '../../../../core/steps';
import { memoryLake, type MemoryLake } from '../spark/memoryLake';

const input: KeepFailedInput = {
  pipeline: 'nem',
  runId: '20260101T000500Z',
  branch: 'main',
  slot: 'slot_1',
  auditedHash: 'audited',
  rowsUris: [],
  sparkWroteDeadLetters: true,
};

describe('keepFailedRun', () => {
  const keep = (lake: MemoryLake, attempt: number): Promise<{ branch: string }> => {
    const activities = createKeepFailedRun({
      ...lake.deps,
      metrics: { countRun: () => undefined },
    } as unknown as KeepFailedRunDeps);
    return new MockActivityEnvironment({ attempt }).run(activities.keepFailedRun, input);
  };

  it('publishes the evidence with a later attempt when the job of the first failed', async () => {
    const lake = memoryLake();
    lake.ends = 'failed';
    await expect(keep(lake, 1)).rejects.toThrow('expected it to succeed');
    lake.ends = 'succeeded';
    await keep(lake, 2);
    expect(lake.merges).toHaveLength(1);
  });

  it('merges whatever of the tables that Spark is told of has changed', async () => {
    const lake = memoryLake();
    lake.deps.nessie.diff = async () =>
      lake.submitted[0]!.outputs.map((key) => ({ key, from: null, to: { type: 'ICEBERG_TABLE' } }));
    await keep(lake, 1);
    expect([lake.submitted[0]!.outputs, lake.merges.length]).toEqual([
      ['nem_ops.dead_letters', 'nem_ops.gate_results'],
      1,
    ]);
  });

  it('publishes it with a later attempt when the first one wrote it and got no further', async () => {
    const lake = memoryLake();
    const { log } = lake.deps.nessie;
    lake.deps.nessie.log = async () => Promise.reject(new Error('Nessie is away'));
    await expect(keep(lake, 1)).rejects.toThrow('Nessie is away');
    lake.deps.nessie.log = log;
    await keep(lake, 2);
    expect(lake.merges).toEqual([expect.objectContaining({ from: lake.submitted[1]!.catalog.ref })]);
  });

  const conflict = {
    wasApplied: false,
    wasSuccessful: false,
    resultantTargetHash: null,
    conflicts: [{ type: 'VALUE_DIFFERS', key: 'nem_ops.dead_letters', message: '' }],
  };

  it('writes the evidence again on the new head when others merged first', async () => {
    const lake = memoryLake();
    const { merge } = lake.deps.nessie;
    const bases: (string | undefined)[] = [];
    lake.deps.nessie.merge = async (request) => {
      bases.push(request.expectedIntoHash);
      if (bases.length > 1) return merge(request);
      lake.branches.set('main', 'decided');
      return conflict as never;
    };
    await keep(lake, 1);
    expect(bases).toEqual(['base0000', 'decided']);
    expect(lake.submitted).toHaveLength(2);
    expect(new Set(lake.submitted.map(({ job_id }) => job_id)).size).toBe(2);
  });

  it('fails so that a later attempt goes on when the conflicts do not end', async () => {
    const lake = memoryLake();
    lake.deps.nessie.merge = async () => conflict as never;
    await expect(keep(lake, 1)).rejects.toMatchObject({ code: 'NESSIE_CONFLICT', retryable: true });
    expect(lake.submitted).toHaveLength(5);
  });
});
