import type { Config } from '../../settings/config';
import { StoreNotUsableError } from '../errors';
import { humanSize } from '../folderSize';
import { proveKafka } from '../probes/proveKafka';
import { proveTrino } from '../probes/proveTrino';
import { proveBucket } from '../probes/s3';
import type { ServiceName } from '../services/definition';
import { servicesElsewhere } from '../services/elsewhere';
import { freeAt } from '../services/volumeSize';
import { bad, ok, type Finding } from './check';

/** A write in everything that keeps data, for a store can be up and have no room for a byte. */
interface StoreProof {
  name: string;
  service: ServiceName;
  /**
   * At the end of `currents up`. Null for the catalogs, which need some ten statements of a Trino that has
   * just started.
   */
  atStart: ((config: Config) => Promise<unknown>) | null;
  prove(config: Config): Promise<string>;
}

export const STORE_PROOFS: readonly StoreProof[] = [
  { name: 'Buckets', service: 's3', atStart: buckets, prove: buckets },
  { name: 'Kafka topics', service: 'kafka', atStart: topics, prove: topics },
  { name: 'Trino catalogs', service: 'trino', atStart: null, prove: catalogs },
];

export async function checkStore({ service, prove }: StoreProof, config: Config): Promise<Finding> {
  return prove(config).then(ok, (error: Error) =>
    servicesElsewhere(config).includes(service)
      ? bad(error.message, `Check the setting that says where ${service} is, its region and its credentials.`)
      : bad(`${error.message} (${freeText(config)})`, 'currents logs s3, or: df -h'),
  );
}

/** @throws StoreNotUsableError naming each store that cannot be written and read */
export async function requireStores(config: Config, services: readonly ServiceName[]): Promise<void> {
  const wanted = STORE_PROOFS.filter(
    ({ atStart, service }) =>
      atStart !== null && services.includes(usesElsewhere(config, service) ?? service),
  );
  const outcomes = await Promise.allSettled(wanted.map(({ atStart }) => atStart!(config)));
  const failed = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [`${wanted[index]!.name}: ${(outcome.reason as Error).message}`] : [],
  );
  if (failed.length > 0) throw new StoreNotUsableError(failed, freeText(config));
}

/** What is started and needs a store that a setting says is elsewhere, which no service stands for. */
function usesElsewhere(config: Config, service: ServiceName): ServiceName | undefined {
  return servicesElsewhere(config).includes(service) ? 'bootstrap' : undefined;
}

async function buckets(config: Config): Promise<string> {
  const names = [config.LAKE_BUCKET, config.NEM_BUCKET];
  for (const name of names)
    await proveBucket(config.s3, name).catch((error: Error) => {
      throw new Error(`bucket ${name}: ${error.message}`);
    });
  return `${names.join(', ')}: written, read and deleted an object in each`;
}

async function topics(config: Config): Promise<string> {
  return `written a record; ${await proveKafka(config)} topics, each with a leader`;
}

async function catalogs(config: Config): Promise<string> {
  return `${(await proveTrino(config)).join(', ')}; written and read a table on a branch of its own`;
}

function freeText({ home }: Config): string {
  const { bytes, folder } = freeAt(home);
  return `${humanSize(bytes)} free at ${folder}`;
}
