import type { KafkaRecord } from '../../clients/kafka/kafka';
import { CurrentsError } from '../../core/errors';
import { deadLetterTopic } from '../../core/pipeline';
import type { Source } from '../../core/source';
import { quarantineRecord } from './kafkaRecords';
import type { Landed } from './landing';

/** The one dead letter that stands for a file which cannot be trusted; it points at the landed bytes. */
export interface UntrustedFile {
  topic: string;
  record: KafkaRecord;
  reason: string;
}

/** @throws the error itself when it is not about the file's bytes */
export function untrustedFile(
  source: Pick<Source, 'quarantineTopic'>,
  landed: Landed,
  error: unknown,
): UntrustedFile {
  if (!(error instanceof CurrentsError) || error.kind !== 'data') throw error;
  const reason = String(error.details.reason ?? error.code.toLowerCase());
  const topic = deadLetterTopic(source.quarantineTopic(landed.report));
  return { topic, reason, record: quarantineRecord(landed, reason, error.message, topic) };
}
