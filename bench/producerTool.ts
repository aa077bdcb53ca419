import path from 'node:path';
import { installation } from '../stack/layout';
import { runToEnd } from '../stack/runToEnd';
import { plainEnvironment } from '../stack/services/environment';

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
  const output = await runToEnd(
    java,
    [
      '-Xmx512m',
      '-Duser.language=en',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-cp',
      path.join(kafkaLibraries, '*'),
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
