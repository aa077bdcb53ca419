import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../settings/repositoryRoot';
import { runInstaller } from '../stack/install/runInstaller';
import { installation } from '../stack/layout';
import { runToEnd } from '../stack/runToEnd';
import { plainEnvironment } from '../stack/services/environment';
import { stackVersions } from '../stack/versions';

const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

export interface ToolRun {
  broker: string;
  topic: string;
  records: number;
  /** One message a line, of which the tool picks at random. */
  payloadFile: string;
  compression: 'none' | 'gzip';
}

/**
 * Rows per second of Kafka's own producer performance tool, acknowledged by all replicas, as the tool reports
 * it.
 */
export async function runProducerTool(run: ToolRun): Promise<number> {
  const { java, kafkaLibraries } = installation();
  const classpath = [await producerToolJar(), path.join(kafkaLibraries, '*')].join(path.delimiter);
  const output = await runToEnd(
    java,
    [
      '-Xmx512m',
      '-Duser.language=en',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-cp',
      classpath,
      'org.apache.kafka.tools.ProducerPerformance',
      '--bootstrap-server',
      run.broker,
      '--topic',
      run.topic,
      '--num-records',
      String(run.records),
      '--throughput',
      '-1',
      '--payload-file',
      run.payloadFile,
      '--command-property',
      'acks=all',
      `compression.type=${run.compression}`,
    ],
    plainEnvironment(),
  );
  return rowsPerSecondIn(output);
}

/**
 * The rate in the tool's last line, the only one that has percentiles; the lines before it are of five
 * seconds each.
 */
export function rowsPerSecondIn(output: string): number {
  const rate = /\d+ records sent, ([\d.]+) records\/sec[^\n]* 50th/.exec(output)?.[1];
  if (rate === undefined)
    throw new Error(`producer performance tool: expected a summary line, found: ${output.slice(-500)}`);
  return Number(rate);
}

/**
 * The broker does not need the tool, so its one jar, of the broker's version, is fetched by Maven at first
 * use.
 */
async function producerToolJar(): Promise<string> {
  const { kafka } = stackVersions();
  const folder = path.join(installation().root, 'bench');
  const jar = path.join(folder, `kafka-tools-${kafka}.jar`);
  if (!fs.existsSync(jar)) {
    await runInstaller(
      'bench',
      'mvn',
      [
        '-q',
        '-B',
        '-C',
        COPY_GOAL,
        `-Dartifact=org.apache.kafka:kafka-tools:${kafka}`,
        `-DoutputDirectory=${folder}`,
      ],
      repositoryRoot(),
    );
  }
  return jar;
}
