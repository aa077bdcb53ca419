import type { ReplayOutcome } from '../../../core/deadLetters/deadLetters';
import { pipelineNamed } from '../../../pipelines/registry';
import type { DeadLetterReader } from './deadLetterReader';

type PresenceReader = Pick<DeadLetterReader, 'linesPresent' | 'linesAccounted'>;

/**
 * Ids of dead letters whose record, or all of whose rows, are in the lake; a large file's rows arrive in one
 * merge.
 */
export async function idsInLake(
  reader: PresenceReader,
  pipeline: string,
  outcomes: ReplayOutcome[],
): Promise<Set<string>> {
  const { bronze } = pipelineNamed(pipeline);
  const published = outcomes.filter(({ outcome }) => outcome === 'published');
  const left = outcomes.filter(({ outcome }) => outcome === 'tooLarge');
  return new Set([
    ...outcomes.filter(({ outcome }) => outcome === 'present').map(({ id }) => id),
    ...(await rowsPresent(reader, bronze, published)),
    ...(await filesPresent(reader, bronze, published)),
    ...(await largeFilesPresent(reader, Object.values(bronze), left)),
  ]);
}

/** Bronze tables by their topics. */
type Bronze = Readonly<Record<string, string>>;

async function rowsPresent(
  reader: PresenceReader,
  bronze: Bronze,
  published: ReplayOutcome[],
): Promise<string[]> {
  const present: string[] = [];
  for (const [topic, table] of Object.entries(bronze)) {
    const rows = published.filter(({ topics, line }) => line !== null && topics.includes(topic));
    const lines = rows.map(({ sha256, line }) => ({ sha256: sha256!, line: line! }));
    const found = await reader.linesPresent(table, lines);
    for (const { id, sha256, line } of rows) if (found.has(`${sha256}/${line}`)) present.push(id);
  }
  return present;
}

async function filesPresent(
  reader: PresenceReader,
  bronze: Bronze,
  published: ReplayOutcome[],
): Promise<string[]> {
  const present: string[] = [];
  for (const { id, line, sha256, rows, topics } of published) {
    if (line !== null || sha256 === null) continue;
    const tables = topics.map((topic) => bronze[topic]!);
    if ((await reader.linesAccounted(tables, sha256)) >= rows) present.push(id);
  }
  return present;
}

async function largeFilesPresent(
  reader: PresenceReader,
  tables: string[],
  left: ReplayOutcome[],
): Promise<string[]> {
  const present: string[] = [];
  for (const { id, sha256 } of left) if ((await reader.linesAccounted(tables, sha256!)) > 0) present.push(id);
  return present;
}

/**
 * Ids of dead letters whose record names no file: a run has read it by now, so it is in the lake unless this
 * attempt's record was rejected again.
 */
export async function acceptedWithoutFile(
  reader: Pick<DeadLetterReader, 'rejectedAttempts'>,
  outcomes: ReplayOutcome[],
): Promise<string[]> {
  const published = outcomes.filter(({ outcome, sha256 }) => outcome === 'published' && sha256 === null);
  const rejected = await reader.rejectedAttempts(published.map(({ id }) => id));
  return published.filter(({ id, attempt }) => (rejected.get(id) ?? 0) < attempt).map(({ id }) => id);
}
