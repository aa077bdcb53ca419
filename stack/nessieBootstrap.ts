import { slotNames } from '../core/ids';
import { putNamespace } from '../nessie/model';

interface Reference {
  name: string;
  hash: string;
  type: 'BRANCH' | 'TAG';
}

/**
 * Makes the namespaces that main does not have, and the branches `slot_1..n` that are missing. Changes
 * nothing that exists; safe to repeat. The first namespaces are main's first commit: two branches without a
 * commit have no common ancestor and can never be merged.
 *
 * @param api Nessie API v2 root, such as `http://127.0.0.1:7239/api/v2`
 */
export async function prepareCatalog(
  api: string,
  slotCount: number,
  namespaces: readonly string[],
): Promise<void> {
  const main = await makeNamespaces(api, namespaces);
  const existing = new Set(
    (
      await call<{ references: Reference[] }>(
        `${api}/trees?max-records=1000&filter=${encodeURIComponent("ref.name.matches('slot_[0-9]+')")}`,
      )
    ).references.map(({ name }) => name),
  );
  for (const slot of slotNames(slotCount)) if (!existing.has(slot)) await makeBranch(api, slot, main);
}

async function makeNamespaces(api: string, wanted: readonly string[]): Promise<Reference> {
  const { reference } = await call<{ reference: Reference }>(`${api}/trees/main`);
  const { contents } = await call<{ contents: { key: { elements: string[] } }[] }>(
    `${api}/trees/main@${reference.hash}/contents`,
    { requestedKeys: wanted.map((name) => ({ elements: [name] })) },
  );
  const present = new Set(contents.map(({ key }) => key.elements.join('.')));
  const operations = wanted.filter((name) => !present.has(name)).map(putNamespace);
  if (operations.length === 0) return reference;
  const commitMeta = { message: 'Create the namespaces', authors: ['currents'], properties: {} };
  const answer = await call<{ targetBranch: Reference }>(
    `${api}/trees/main@${reference.hash}/history/commit`,
    { commitMeta, operations },
  );
  return answer.targetBranch;
}

async function makeBranch(api: string, name: string, from: Reference): Promise<void> {
  await call(`${api}/trees?name=${encodeURIComponent(name)}&type=BRANCH`, {
    type: 'BRANCH',
    name: from.name,
    hash: from.hash,
  });
}

async function call<Answer>(url: string, body?: unknown): Promise<Answer> {
  const post = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  };
  const response = await fetch(url, body === undefined ? {} : post);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as Answer;
}
