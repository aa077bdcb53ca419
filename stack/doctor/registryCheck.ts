import { RegistryClient } from '../../clients/registry/registryClient';
import { subjectsToRegister } from '../registerContracts';
import { servicesElsewhere } from '../services/elsewhere';
import { bad, ok, skipped, type CheckContext, type Finding } from './check';

/** Whether the registry has the schemas of the contracts as they are now; a producer needs them. */
export async function schemaRegistry({ config, stack }: CheckContext): Promise<Finding> {
  const subjects = subjectsToRegister();
  if (subjects.length === 0) return skipped('no enabled pipeline needs one');
  const isUp = stack.services.some(({ name, state }) => name === 'registry' && state === 'healthy');
  if (!isUp && !servicesElsewhere(config).includes('registry')) return skipped('registry is not running');
  const client = new RegistryClient(config.schemaRegistryUrl);
  const found = await Promise.all(
    subjects.map(async (subject) => ({ name: subject.name, id: await client.idOf(subject) })),
  );
  const missing = found.filter(({ id }) => id === undefined).map(({ name }) => name);
  if (missing.length === 0) return ok(`${found.length} subjects hold the contracts`);
  return bad(`without the contract's schema: ${missing.join(', ')}`, 'currents contracts push');
}
