import { z } from 'zod';

/**
 * Names that Kafka takes for a topic and for its dead-letter topic. `.dlq` inside a name would make it the
 * dead-letter topic of another one.
 */
export const topicName = z
  .string()
  .regex(
    /^(?!\.{1,2}$)(?!.*\.dlq)[A-Za-z0-9_.-]{1,245}$/,
    'expected a name of a Kafka topic of at most 245 letters, digits and _ . -, without .dlq in it',
  );

/** Kafka creates no second topic whose name differs in these signs alone: its metrics have one for both. */
export function collidingName(topic: string): string {
  return topic.replaceAll('.', '_');
}
