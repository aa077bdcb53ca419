import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { createEndLanes } from '../../../../activities/branches/endLanes';

/** A client that knows these running workflows, and which of them were terminated. */
function clientWith(running: readonly string[]): { client: Client; terminated: string[] } {
  const terminated: string[] = [];
  const getHandle = (id: string) => ({
    terminate: async () => {
      if (!running.includes(id)) throw new WorkflowNotFoundError('not running', id, undefined);
      terminated.push(id);
    },
  });
  return { client: { workflow: { getHandle } } as unknown as Client, terminated };
}

describe('the lanes of a branch that is dropped', () => {
  it('are ended, and no other lane is', async () => {
    const { client, terminated } = clientWith(['lane/nem', 'lane/nem@tariff', 'lane/nem@other']);
    expect(await createEndLanes({ client }).endLanes({ branch: 'tariff' })).toEqual({
      ended: ['lane/nem@tariff'],
    });
    expect(terminated).toEqual(['lane/nem@tariff']);
  });

  it('need not be there', async () => {
    const { client } = clientWith(['lane/nem']);
    expect(await createEndLanes({ client }).endLanes({ branch: 'tariff' })).toEqual({ ended: [] });
  });

  it.each(['main', 'slot_1'])('are left alone on %s', async (branch) => {
    const { client, terminated } = clientWith(['lane/nem', 'lane/nem@slot_1']);
    await expect(createEndLanes({ client }).endLanes({ branch })).rejects.toMatchObject({
      code: 'BRANCH_NAME',
    });
    expect(terminated).toEqual([]);
  });
});
