import type { ObjectStore } from '../../../clients/s3/objectStore';
import { heartbeat } from '../../boundary';

export async function removeAll(store: ObjectStore, objects: readonly { key: string }[]): Promise<void> {
  for (const [index, { key }] of objects.entries()) {
    await store.remove(key);
    if (index % 100 === 0) heartbeat(`${index} of ${objects.length} removed`);
  }
}
