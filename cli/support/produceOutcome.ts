import { table } from './output';
import type { ProducedCounts } from './produceRecords';

/** The documented shape of `produce --json`; consumers ignore fields they do not know. */
export interface ProduceOutcome {
  pipeline: string;
  /** Of simulated records. */
  scenario?: string;
  seed?: number;
  /** Folder of real files. */
  replay?: string;
  simulated: boolean;
  records: number;
  kinds: Record<string, number>;
  rows_expected: number;
  dead_letters_expected: Record<string, number>;
}

export function produceOutcome(
  { pipeline, scenario, seed, replay }: Pick<ProduceOutcome, 'pipeline' | 'scenario' | 'seed' | 'replay'>,
  { records, byKind, deadLetters }: ProducedCounts,
): ProduceOutcome {
  const lost = [...deadLetters.values()].reduce((total, count) => total + count, 0);
  return {
    pipeline,
    ...(replay === undefined ? { scenario, seed, simulated: true } : { replay, simulated: false }),
    records,
    kinds: Object.fromEntries(byKind),
    rows_expected: records - lost,
    dead_letters_expected: Object.fromEntries(deadLetters),
  };
}

/** Two tables: what was sent, and what the lake must have of it. */
export function outcomeTables({ kinds, rows_expected, dead_letters_expected }: ProduceOutcome): string {
  const reasons = mostFirst(dead_letters_expected).map(([reason, count]): [string, number] => [
    `dead letters: ${reason}`,
    count,
  ]);
  return [
    table(['kind of record', 'sent'], mostFirst(kinds)),
    table(['the lake must have', 'records'], [['rows of bronze', rows_expected], ...reasons]),
  ].join('\n\n');
}

function mostFirst(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).sort(([, a], [, b]) => b - a);
}

const PROGRESS_COLUMNS = 80;

/** One line of progress: as many kinds as it has room for, the most frequent ones first. */
export function progressLine({ records, byKind }: ProducedCounts, elapsed_ms: number): string {
  const seconds = elapsed_ms / 1000;
  const rate = records / Math.max(seconds, 0.001);
  const head = `produce  ${seconds.toFixed(0).padStart(4)} s  ${records} records, ${rate.toFixed(1)}/s: `;
  const kinds = mostFirst(Object.fromEntries(byKind)).map(([kind, count]) => `${kind} ${count}`);
  const all = head + kinds.join(', ');
  if (all.length <= PROGRESS_COLUMNS) return all;
  while (kinds.length > 0 && `${head}${kinds.join(', ')}, …`.length > PROGRESS_COLUMNS) kinds.pop();
  return `${head}${[...kinds, '…'].join(', ')}`;
}
