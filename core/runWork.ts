import type { ReferenceLoad } from './reference';
import type { KafkaRange, LandingBatch, QuarantineFiles, RunWork } from './runs';

/** How inputs said it before 0.2: queued turns, histories and scripts of operators may still hold these. */
export interface WorkBefore02 {
  goldOnly?: boolean;
  /** Addresses by table: `unitsUri`. */
  metadata?: { sourceName: string; [tableUri: `${string}Uri`]: string | undefined };
  landing?: LandingBatch;
  upkeep?: { tables?: string[] };
  upTo?: KafkaRange[];
  quarantine?: QuarantineFiles;
}

/** The work of a run, from either form of its input; Kafka's records when it says nothing. */
export function workOf(input: { work?: RunWork } & WorkBefore02): RunWork {
  const { work, goldOnly, metadata, landing, upkeep, upTo, quarantine } = input;
  if (work) return work;
  if (upkeep) return { kind: 'upkeep', ...upkeep };
  if (goldOnly) return { kind: 'gold' };
  if (metadata) return { kind: 'reference', load: loadOf(metadata) };
  if (landing) return { kind: 'landed', batch: landing };
  return { kind: 'records', ...(upTo ? { upTo } : {}), ...(quarantine ? { quarantine } : {}) };
}

function loadOf({ sourceName, ...uris }: NonNullable<WorkBefore02['metadata']>): ReferenceLoad {
  const tables = Object.entries(uris).flatMap(([name, uri]) =>
    typeof uri === 'string' ? [[name.replace(/Uri$/, ''), uri] as const] : [],
  );
  return { tables: Object.fromEntries(tables), sourceName };
}
