import { CurrentsError } from '../../core/errors';
import { deadLetterTopic } from '../../core/pipeline';
import type { LandedFile, RejectedRow, Source } from '../../core/source';
import type { KafkaRecord } from '../../clients/kafka/kafka';
import { beat } from '../boundary';
import { deadLetterRecord, quarantineRecord } from '../ingest/kafkaRecords';
import { landedMembers } from '../ingest/landedMembers';
import type { Landed } from '../ingest/landing';
import type { StagedObjects } from './stagedObjects';

/**
 * Stages the rows of a landed file, or of the wanted files of a landed archive. An untrusted archive becomes
 * one dead letter, and so does each untrusted file. Other errors are thrown.
 */
export async function stageLandedFile(
  source: Source,
  objects: StagedObjects,
  landed: Landed,
  signal: AbortSignal,
  isWanted: (file: Landed) => boolean = () => true,
): Promise<{ files: number; quarantined: number }> {
  let [files, quarantined] = [0, 0];
  const isTrusted = await quarantining(objects, source, landed, async () => {
    for await (const file of landedMembers(source, landed)) {
      signal.throwIfAborted();
      if (!isWanted(file)) continue;
      files += 1;
      if (!(await quarantining(objects, source, file, () => stageRecords(objects, source, file))))
        quarantined += 1;
      beat(`${landed.name}: ${files} files`);
    }
  });
  return { files, quarantined: quarantined + (isTrusted ? 0 : 1) };
}

async function stageRecords(objects: StagedObjects, source: Source, file: LandedFile): Promise<void> {
  const rejected: RejectedRow[] = [];
  const keep = async (): Promise<void> => {
    for (const row of rejected.splice(0))
      await objects.addLine(deadLetterTopic(row.topic), envelope(deadLetterRecord(row, file)));
    await objects.keep();
  };
  await source.readRows(file, {
    tableOf: (topic, columns) => objects.tableOf(topic, columns),
    reject: (row) => rejected.push(row),
    drain: keep,
  });
  await keep();
}

/** False when the file was not trusted and became a dead letter. */
async function quarantining(
  objects: StagedObjects,
  source: Source,
  file: Landed,
  read: () => Promise<void>,
): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    objects.drop();
    if (!(error instanceof CurrentsError) || error.kind !== 'data') throw error;
    const topic = deadLetterTopic(source.quarantineTopic(file.report));
    const reason = String(error.details.reason ?? error.code.toLowerCase());
    await objects.addLine(topic, envelope(quarantineRecord(file, reason, error.message, topic)));
    return false;
  }
}

/** A dead letter as a line: its value and headers. */
function envelope({ value, headers = {} }: KafkaRecord): string {
  return JSON.stringify({ value, headers });
}
