import { RegistryClient } from '../clients/registry/registryClient';
import { SchemaIncompatibleError } from '../clients/registry/errors';
import { subjectsOf, type Subject } from '../core/contract/subjects';
import { newestContractsIn } from '../pipelines/contractFiles';
import { filesFolderOf, pipelines } from '../pipelines/registry';

/** One subject with the id of the contract's schema. */
export interface RegisteredSubject {
  subject: string;
  id: number;
}

/** The subjects of the enabled pipelines that need a registry, from their contracts as they are now. */
export function subjectsToRegister(): Subject[] {
  return pipelines()
    .filter(({ needsRegistry }) => needsRegistry)
    .flatMap(({ name }) => newestContractsIn(filesFolderOf(name)))
    .flatMap(subjectsOf);
}

/**
 * Registers each subject under BACKWARD; one that the registry has already is left as it is.
 *
 * @throws SchemaIncompatibleError that names every subject with its reason; the others are registered
 */
export async function registerContracts(url: string): Promise<RegisteredSubject[]> {
  const client = new RegistryClient(url);
  const registered: RegisteredSubject[] = [];
  const problems: string[] = [];
  for (const subject of subjectsToRegister()) {
    const outcome = await client.register(subject);
    if ('reason' in outcome) problems.push(`${subject.name}: ${outcome.reason}`);
    else {
      await client.keepBackward(subject.name);
      registered.push({ subject: subject.name, id: outcome.id });
    }
  }
  if (problems.length > 0) throw new SchemaIncompatibleError(problems);
  return registered;
}
