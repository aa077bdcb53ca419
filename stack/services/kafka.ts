import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { probeKafka } from '../probes/kafka';
import { renderConfig } from '../renderConfig';
import { runToEnd } from '../runToEnd';
import { plainEnvironment } from './environment';
import type { Command, ServiceContext, ServiceDefinition } from './definition';
import { jvmFlags } from './jvm';

export const kafka: ServiceDefinition = {
  name: 'kafka',
  label: 'Kafka',
  ports: ['kafka', 'kafkaController'],
  dependsOn: [],
  needs: ['java', 'kafkaLibraries'],
  url: (config) => `127.0.0.1:${config.ports.kafka}`,
  prepare,
  command,
  probe: ({ config }) => probeKafka(`127.0.0.1:${config.ports.kafka}`),
  startTimeout_ms: 240_000,
  stopGrace_ms: 15_000,
};

async function prepare(context: ServiceContext): Promise<void> {
  const { ports } = context.config;
  const data = path.join(context.folder, 'data');
  renderConfig(
    'stack/config/kafka.properties',
    // Relative to the folder it runs in: the setting is a list with commas.
    { KAFKA_PORT: ports.kafka, KAFKA_CONTROLLER_PORT: ports.kafkaController, KAFKA_DATA: 'data' },
    propertiesFile(context),
  );
  if (!fs.existsSync(path.join(data, 'meta.properties'))) await format(context, data);
}

/** The broker rejects a half-formatted folder, so the remains of an interrupted format are removed first. */
async function format(context: ServiceContext, data: string): Promise<void> {
  fs.rmSync(data, { recursive: true, force: true });
  const tool = ['kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', propertiesFile(context)];
  await runToEnd(context.installed.java, [...jvm(context), ...tool], plainEnvironment(), context.folder);
}

/**
 * 16 random bytes in base64url. The first bit is 0: an id that starts with a hyphen would be read as an
 * option.
 */
export function newClusterId(): string {
  const bytes = randomBytes(16);
  bytes[0]! &= 0x7f;
  return bytes.toString('base64url');
}

function command(context: ServiceContext): Command {
  return {
    file: context.installed.java,
    args: [...jvm(context), 'kafka.Kafka', propertiesFile(context)],
    env: plainEnvironment(),
    cwd: context.folder,
  };
}

function jvm({ installed }: ServiceContext): string[] {
  return [
    ...jvmFlags({ heap: '320m' }),
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
    '-cp',
    path.join(installed.kafkaLibraries, '*'),
  ];
}

function propertiesFile({ folder }: ServiceContext): string {
  return path.join(folder, 'server.properties');
}
