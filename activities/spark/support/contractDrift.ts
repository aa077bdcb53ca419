import { log } from '@temporalio/activity';
import { SchemaRegistryUnavailableError } from '../../../clients/registry/errors';
import { RegistryClient } from '../../../clients/registry/registryClient';
import type { StreamContract } from '../../../core/contract/contract';
import { ContractDriftError } from '../../../core/contract/errors';
import { lineOf, schemaChanges } from '../../../core/contract/schemaChanges';
import { jsonSubjectOf } from '../../../core/contract/subjects';
import { newestContractsIn } from '../../../pipelines/contractFiles';
import { filesFolderOf, pipelineNamed } from '../../../pipelines/registry';

/** A run does not wait long for a registry that hangs. */
const TIMEOUT_MS = 5_000;
/** Schemas that the registry was seen to have: versions do not change, so none is asked for twice. */
const agreed = new Set<string>();

/**
 * The drift gate. Spark reads the contracts as they are now, so each run first compares them with what the
 * registry has. One that is registered, as the newest version or an older one, was compared then; of any
 * other an added optional column is let pass. While the registry is away the tables decide alone: a removed
 * or retyped column stops there too (`SCHEMA_CHANGE_NOT_ADDITIVE`).
 *
 * @throws ContractDriftError that names each field and rule
 */
export async function requireNoDrift(pipeline: string, url: string): Promise<void> {
  if (!pipelineNamed(pipeline).needsRegistry) return;
  const client = new RegistryClient(url, TIMEOUT_MS);
  try {
    for (const contract of newestContractsIn(filesFolderOf(pipeline))) await compare(client, contract);
  } catch (error) {
    if (!(error instanceof SchemaRegistryUnavailableError)) throw error;
    log.warn('could not compare contracts with the schema registry', { pipeline, error: error.message });
  }
}

async function compare(client: RegistryClient, contract: StreamContract): Promise<void> {
  const subject = jsonSubjectOf(contract);
  const key = `${client.url}\n${subject.name}\n${subject.schema}`;
  if (agreed.has(key)) return;
  if ((await client.idOf(subject)) !== undefined) return void agreed.add(key);
  const newest = await client.newest(subject.name);
  if (newest === undefined) return;
  const breaking = schemaChanges(newest.schema, subject.schema).filter(({ is_breaking }) => is_breaking);
  if (breaking.length > 0) throw new ContractDriftError(contract.topic, breaking.map(lineOf));
}
