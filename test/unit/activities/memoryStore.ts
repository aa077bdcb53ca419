import type { ObjectStore, StoredObject } from '../../../clients/s3/objectStore';

export type MemoryStore = ObjectStore & {
  objects: Map<string, Buffer>;
  /** When objects were stored, epoch ms; one that is not named is as old as can be. */
  modified: Map<string, number>;
};

/** S3 in memory, as far as landing and staging use it. */
export function memoryStore(): MemoryStore {
  const objects = new Map<string, Buffer>();
  const modified = new Map<string, number>();
  const metadata = new Map<string, Record<string, string>>();
  const store = {
    objects,
    modified,
    bucket: 'test',
    uri: (key: string) => `s3://test/${key}`,
    ensureBucket: async () => undefined,
    putOnce: async (key: string, body: Buffer | string, facts: Record<string, string> = {}) => {
      if (objects.has(key)) return false;
      objects.set(key, Buffer.from(body));
      metadata.set(key, facts);
      return true;
    },
    put: async (key: string, body: Buffer | string) => void objects.set(key, Buffer.from(body)),
    head: async (key: string) => metadata.get(key) ?? (objects.has(key) ? {} : null),
    get: async (key: string) => objects.get(key) ?? Promise.reject(new Error(`no ${key}`)),
    getUri: async (uri: string) => store.get(uri.replace('s3://test/', '')),
    list: async (prefix: string): Promise<StoredObject[]> =>
      [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, body]) => ({ key, bytes: body.length, modified_ms: modified.get(key) ?? 0 })),
    remove: async (key: string) => {
      objects.delete(key);
      metadata.delete(key);
    },
    close: () => undefined,
  };
  return store as unknown as MemoryStore;
}
