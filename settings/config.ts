import path from 'node:path';
import { z } from 'zod';
import { InvalidConfigurationError } from './errors';
import { nemSettings } from '../pipelines/nem/settings';
import {
  hasKmsKey,
  hasWholePair,
  objectStoreSettings,
  ownStoreAccess,
  storeAccess,
  type OwnStoreAccess,
  type S3Access,
} from './objectStore';
import { pipelineSettings } from './pipelineSettings';
import { DEFAULT_PORT_BASE, portsFrom, type Ports } from './ports';

/**
 * Every setting, read from the environment once per process and nowhere else. `.env.example` and the
 * table in docs/configuration.md are generated from the descriptions below (`make docs`).
 */
const port = z.coerce.number().int().min(1024).max(65_500);
/**
 * Ten attempts of an hour (`heavy` in workflows/proxyOptions.ts), each of which may take over the Spark job
 * of the one before, and their pauses.
 */
export const LONGEST_RUN_HOURS = 12;
const optionalText = z.string().trim().min(1).optional();
const httpAddress = optionalText.refine((value) => value === undefined || /^https?:\/\/./.test(value), {
  error: 'expected http://... or https://...',
});
const brokers = optionalText.refine(
  (value) => value === undefined || listed(value, ',').every((broker) => /^\S+:\d+$/.test(broker)),
  { error: 'expected host:port, several with commas between them' },
);

export const environmentSchema = z
  .object({
    CURRENTS_HOME: optionalText.describe(
      'Folder of all state of one stack (default: .currents in the working folder)',
    ),
    CURRENTS_PORT_BASE: port.default(DEFAULT_PORT_BASE).describe('First of the 30 ports one stack uses'),
    CURRENTS_LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .describe('Least severe log line written'),
    CURRENTS_SIMULATED: z
      .stringbool()
      .default(false)
      .describe('true marks the whole lake as made-up data, wherever it shows'),
    CURRENTS_DATA: optionalText.describe(
      'Folder of real market files for tests and the demo; absent: those parts are skipped and say so',
    ),
    CURRENTS_PIPELINES: optionalText.describe(
      'Enabled pipelines, comma-separated (default: all but those whose definition says onlyWhenNamed)',
    ),
    CURRENTS_PIPELINE_FOLDERS: optionalText.describe(
      'Folders with pipelines of your own beside the built-in ones, separated as in PATH',
    ),
    ...nemSettings,
    NESSIE_BRANCH: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_./-]*$/)
      .default('main')
      .describe('Branch that commands read and write'),
    LAKE_BUCKET: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{2,62}$/)
      .default('currents-lake')
      .describe('S3 bucket of the Iceberg warehouse'),
    ...objectStoreSettings,
    KAFKA_BROKERS: brokers.describe("Comma-separated broker list (default: the stack's own)"),
    NESSIE_URL: httpAddress.describe("Nessie API v2 root (default: the stack's own)"),
    SCHEMA_REGISTRY_URL: httpAddress.describe(
      "Schema registry with Confluent's API v7 (default: the stack's own)",
    ),
    TRINO_URL: httpAddress.describe("Trino coordinator (default: the stack's own)"),
    TEMPORAL_ADDRESS: optionalText.describe("Temporal frontend host:port (default: the stack's own)"),
    TEMPORAL_NAMESPACE: z.string().default('default').describe('Temporal namespace'),
    TEMPORAL_API_KEY: optionalText.describe('API key for a managed Temporal; never logged'),
    TEMPORAL_TLS: z.stringbool().default(false).describe('true: connect to Temporal with TLS'),
    SPARK_RUNNER: z
      .enum(['warm', 'submit'])
      .default('warm')
      .describe('warm: one long-lived driver; submit: spark-submit per run'),
    SPARK_MASTER: z.string().default('local[2]').describe('Spark master: local[*], yarn, k8s://...'),
    SPARK_DRIVER_URL: httpAddress.describe("Warm driver's address (default: the stack's own)"),
    SLOT_COUNT: z.coerce
      .number()
      .int()
      .min(2)
      .max(8)
      .default(3)
      .describe('Slots: fixed branches with a Trino catalog each'),
    FAILED_BRANCH_DAYS: z.coerce
      .number()
      .int()
      .positive()
      .default(7)
      .describe("Days a failed run's branch is kept; longer while the run holds the lane"),
    COMPLETENESS_DAYS: z.coerce
      .number()
      .int()
      .min(1)
      .max(366)
      .default(14)
      .describe('Days back that completeness is watched over'),
    COMPLETENESS_BACKFILL: z
      .stringbool()
      .default(true)
      .describe('Whether intervals found missing are backfilled at once'),
    SNAPSHOT_DAYS: z.coerce
      .number()
      .positive()
      .default(3)
      .describe(
        "Days a table's snapshot stays readable after another has replaced it; " +
          'upkeep then takes it out of the metadata',
      ),
    STAGED_DAYS: z.coerce
      .number()
      .positive()
      .default(7)
      .describe(
        'Days staged rows of backfills are kept where upkeep removes; they can be made again from landing',
      ),
    LANDING_DAYS: z.coerce
      .number()
      .positive()
      .optional()
      .describe(
        'Days landed files are kept where upkeep removes (default: no limit; every rebuild reads them, ' +
          'and no rebuild brings them back)',
      ),
    GATE_DAYS: z.coerce
      .number()
      .positive()
      .default(30)
      .describe(
        'Days the documents of gates are kept where upkeep removes, some 20 a run; ' +
          'what they counted stays in <pipeline>_ops.gate_results',
      ),
    UPKEEP_REMOVE: z
      .stringbool()
      .default(false)
      .describe(
        'true: scheduled upkeep removes branches of interrupted runs, files that nothing refers to, ' +
          'and all that is past its days, landed files included where LANDING_DAYS is set; ' +
          'false: it only says which',
      ),
    UPKEEP_MIN_AGE_HOURS: z.coerce
      .number()
      .min(0)
      .default(72)
      .describe(
        'Youngest age of a file that upkeep may remove; longer than the longest run: 12 or more, ' +
          'less only in a lake of made-up data (CURRENTS_SIMULATED)',
      ),
    MAX_BATCH_RECORDS: z.coerce
      .number()
      .int()
      .positive()
      .default(2_000_000)
      .describe('Most Kafka records one Spark job takes; a run over more has several, one after the other'),
    JAVA_HOME_SPARK: optionalText.describe(
      'JDK 17 or 21 for Spark (default: JAVA_HOME, PATH or a usual place)',
    ),
    CURRENTS_PYTHON: optionalText.describe(
      "Python 3.11 or newer that `make setup` builds the stack's environment with (default: python3 on PATH)",
    ),
    CURRENTS_TEMPORAL_CLI: optionalText.describe(
      '`temporal` to start (default: a fitting one on PATH, else the installed one)',
    ),
    CURRENTS_WEED: optionalText.describe(
      "SeaweedFS's `weed` to start (default: a fitting one on PATH, else the installed one)",
    ),
  })
  .refine(keepsFilesOfRuns, {
    path: ['UPKEEP_MIN_AGE_HOURS'],
    error:
      `Too small: expected number to be >=${LONGEST_RUN_HOURS}, ` +
      'or a run could lose the files it is about to commit',
    when: () => true,
  })
  .refine(hasWholePair, {
    path: ['AWS_SECRET_ACCESS_KEY'],
    error: 'expected together with AWS_ACCESS_KEY_ID, or neither for the AWS default chain',
    when: () => true,
  })
  .refine(hasKmsKey, {
    path: ['S3_SSE_KMS_KEY_ID'],
    error: 'expected where S3_SSE is aws:kms, and nowhere else',
    when: () => true,
  });

function keepsFilesOfRuns(found: { UPKEEP_MIN_AGE_HOURS: number; CURRENTS_SIMULATED: boolean }): boolean {
  return found.CURRENTS_SIMULATED === true || !(found.UPKEEP_MIN_AGE_HOURS < LONGEST_RUN_HOURS);
}

export type Environment = z.infer<typeof environmentSchema>;

export interface Config extends Environment {
  home: string;
  /** Undefined: all. */
  pipelines: string[] | undefined;
  pipelineFolders: string[];
  ports: Ports;
  s3: S3Access;
  /** The stack's own store, which `s3` is too unless S3_ENDPOINT says otherwise. */
  ownS3: OwnStoreAccess;
  kafkaBrokers: string[];
  nessieUrl: string;
  schemaRegistryUrl: string;
  trinoUrl: string;
  temporalAddress: string;
  sparkDriverUrl: string;
}

/**
 * Parses the environment; unset and empty settings take their defaults. Settings that a pipeline of another
 * folder declares are part of it, under their own names.
 *
 * @throws InvalidConfigurationError that names every wrong setting at once.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const declared = pipelineSettings(...pipelinesOf(environment), Object.keys(environmentSchema.shape));
  const schema = environmentSchema.safeExtend(declared.fields);
  const known = Object.keys(schema.shape);
  const given = Object.fromEntries(
    known.filter((key) => environment[key]).map((key) => [key, environment[key]]),
  );
  const parsed = schema.safeParse(given);
  const problems = [...declared.problems, ...unknownSettings(environment, known)];
  if (parsed.success && problems.length === 0)
    return Object.freeze(withAddresses(parsed.data as Environment));
  const wrong = parsed.success ? [] : [z.prettifyError(parsed.error)];
  throw new InvalidConfigurationError([...wrong, ...problems].join('\n'));
}

/** Read before the schema is whole, since they say what belongs to it. */
function pipelinesOf({
  CURRENTS_PIPELINE_FOLDERS: folders = '',
  CURRENTS_PIPELINES: names,
}: NodeJS.ProcessEnv | Environment): [folders: string[], enabled: string[] | undefined] {
  return [
    listed(folders, path.delimiter).map((folder) => path.resolve(folder)),
    names ? listed(names, ',') : undefined,
  ];
}

/**
 * Only names with our own prefix can be told from other programs' settings, so only those are held to the
 * schema.
 */
function unknownSettings(environment: NodeJS.ProcessEnv, known: string[]): string[] {
  return Object.keys(environment)
    .filter((key) => key.startsWith('CURRENTS_') && !known.includes(key))
    .map((key) => `✖ Unrecognized setting: ${key}`);
}

function withAddresses(environment: Environment): Config {
  const ports = portsFrom(environment.CURRENTS_PORT_BASE);
  const [pipelineFolders, pipelines] = pipelinesOf(environment);
  const local = (service: keyof Ports): string => `http://127.0.0.1:${ports[service]}`;
  return {
    ...environment,
    ports,
    home: path.resolve(environment.CURRENTS_HOME ?? '.currents'),
    pipelines,
    pipelineFolders,
    s3: storeAccess(environment, local('s3')),
    ownS3: ownStoreAccess(environment, local('s3')),
    kafkaBrokers: listed(environment.KAFKA_BROKERS ?? `127.0.0.1:${ports.kafka}`, ','),
    nessieUrl: environment.NESSIE_URL ?? `${local('nessie')}/api/v2`,
    schemaRegistryUrl: environment.SCHEMA_REGISTRY_URL ?? `${local('registry')}/apis/ccompat/v7`,
    trinoUrl: environment.TRINO_URL ?? local('trino'),
    temporalAddress: environment.TEMPORAL_ADDRESS ?? `127.0.0.1:${ports.temporal}`,
    sparkDriverUrl: environment.SPARK_DRIVER_URL ?? local('spark'),
  };
}

function listed(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
