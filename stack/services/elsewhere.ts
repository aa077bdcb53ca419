import type { Config } from '../../settings/config';
import type { ServiceName } from './definition';

/** The services that a setting says run at another address than the stack's own. */
export function servicesElsewhere(config: Config): ServiceName[] {
  const settings = {
    temporal: config.TEMPORAL_ADDRESS,
    kafka: config.KAFKA_BROKERS,
    s3: config.S3_ENDPOINT,
    nessie: config.NESSIE_URL,
    registry: config.SCHEMA_REGISTRY_URL,
    trino: config.TRINO_URL,
    spark: config.SPARK_DRIVER_URL,
  } satisfies Partial<Record<ServiceName, string | undefined>>;
  const names = Object.keys(settings) as (keyof typeof settings)[];
  return names.filter((name) => settings[name] !== undefined);
}
