import type { ObjectStore } from '../../../clients/s3/objectStore';
import { heartbeat } from '../../boundary';

export async function removeAll(store: ObjectStore, keys: string[]): Promise<void> {
  for (const [index, key] of keys.entries()) {
    await store.remove(key);
    if (index % 100 === 0) heartbeat(`${index} of ${keys.length} removed`);
  }
}
