import { runOwn } from '../../cli/support/ownCommand';
import type { ProduceOutcome } from '../../cli/support/produceOutcome';
import type { BenchStack } from '../benchStack';

/** One process of ours sends 12,100 rows a second at most (`docs/measured.md`), and needs room for pauses. */
const PROCESS_RATE_MAX = 5_000;

/** A command loads itself and connects before it sends. */
const START_MS = 1_500;

export interface Load {
  rate: number;
  seconds: number;
}

/**
 * Sends at the rate by as many processes as it needs. Answers how many records were acknowledged, and within
 * what time: that of the commands, less their start.
 */
export async function send(
  { own }: BenchStack,
  { rate, seconds }: Load,
): Promise<{ sent: number; took_ms: number }> {
  const started_ms = Date.now();
  const processes = Math.ceil(rate / PROCESS_RATE_MAX);
  const outputs = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      runOwn(own, [
        ...['produce', 'iot', '--scenario', 'valid', '--rate', String(rate / processes)],
        ...['--duration', String(seconds), '--seed', String(index + 1), '--json'],
      ]),
    ),
  );
  const sent = outputs.reduce((sum, output) => sum + (JSON.parse(output) as ProduceOutcome).records, 0);
  return { sent, took_ms: Date.now() - started_ms - START_MS };
}
