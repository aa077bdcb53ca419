import type { Pipeline } from '../../core/pipeline';
import type { PipelineCode } from '../../core/source';
import { InvalidArgumentError, ReferenceNotReadableError } from './errors';

/** A file as the command line names it. */
export interface NamedFile {
  kind: string;
  /** How the caller gave it, for messages. */
  option: string;
  file: string;
}

/**
 * The files of `--table <name>=<file>`, each with the kind by which the pipeline's code reads it.
 *
 * @throws InvalidArgumentError naming the reference tables of the pipeline
 * @throws ReferenceNotReadableError for a table that the pipeline reads from no file
 */
export function referenceFiles(
  { name: pipeline, reference }: Pick<Pipeline, 'name' | 'reference'>,
  { referenceFiles: kinds = {} }: Pick<PipelineCode, 'referenceFiles'>,
  given: readonly string[],
): NamedFile[] {
  const known = reference.map(({ name }) => name);
  return given.map((text) => {
    const { table, file } = parted(text);
    if (!known.includes(table)) throw unknownTable(pipeline, known, table);
    const kind = kinds[table];
    if (kind === undefined) throw new ReferenceNotReadableError(pipeline, table, Object.keys(kinds));
    return { kind, option: `--table ${table}`, file };
  });
}

function parted(text: string): { table: string; file: string } {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('--table', '<name>=<file>', text);
  return { table: text.slice(0, at), file: text.slice(at + 1) };
}

function unknownTable(pipeline: string, known: readonly string[], found: string): InvalidArgumentError {
  const expected =
    known.length > 0
      ? `one of ${known.join(', ')}, the reference tables of ${pipeline}`
      : `a pipeline with reference tables, which ${pipeline} is not`;
  return new InvalidArgumentError('--table', expected, found);
}
