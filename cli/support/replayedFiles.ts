import { PipelineCannotError } from '../../core/errors';
import type { ProducedRecord, Producer, ProduceRequest, Replay } from '../../core/producer';
import { NothingToReplayError, UnreadableFileError } from './errors';
import { say } from './output';

/**
 * Records of the folder's files, after saying what becomes of each.
 *
 * @throws PipelineCannotError, UnreadableFileError, NothingToReplayError
 */
export function replayed(
  pipeline: string,
  producer: Producer,
  folder: string,
  { rate_per_second, start_ms }: ProduceRequest,
): Iterable<ProducedRecord> {
  if (!producer.replay) throw new PipelineCannotError(pipeline, 'replay files');
  const replay = readable(folder, () => producer.replay!(folder, start_ms));
  for (const { file, left_out } of replay.files) if (left_out) say(`replay  ${file}: ${left_out}`);
  const sent = replay.files.filter(({ records }) => records > 0);
  if (sent.length === 0) throw new NothingToReplayError(folder, replay.files.length);
  const count = sent.reduce((total, { records }) => total + records, 0);
  say(`${pipeline}: ${count} records of ${sent.length} files in ${folder}, ${rate_per_second} a second`);
  return replay.records;
}

function readable(folder: string, read: () => Replay): Replay {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined)
      throw new UnreadableFileError('--replay', folder, error);
    throw error;
  }
}
