import { SchemaIncompatibleError, SchemaNotRegisteredError } from '../../clients/registry/errors';
import { RegistryClient } from '../../clients/registry/registryClient';
import type { StreamContract } from '../../core/contract/contract';
import { jsonSubjectOf } from '../../core/contract/subjects';
import { checkSubject, problemsOf } from './subjectCheck';

/**
 * The id of each topic's schema, which a producer's messages name.
 *
 * @throws SchemaIncompatibleError where the registry would reject the contract's schema, with field and rule
 * @throws SchemaNotRegisteredError where it would take it, but does not have it
 */
export async function schemaIdsOf(
  contracts: readonly StreamContract[],
  url: string,
): Promise<Map<string, number>> {
  const client = new RegistryClient(url);
  const ids = new Map<string, number>();
  for (const contract of contracts) ids.set(contract.topic, await idOf(client, contract));
  return ids;
}

async function idOf(client: RegistryClient, contract: StreamContract): Promise<number> {
  const subject = jsonSubjectOf(contract);
  const id = await client.idOf(subject);
  if (id !== undefined) return id;
  const problems = problemsOf(await checkSubject(client, subject));
  if (problems.length > 0) throw new SchemaIncompatibleError(problems);
  throw new SchemaNotRegisteredError(subject.name, client.url);
}
