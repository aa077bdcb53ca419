/** How a message names the schema that it was written by, which a registry has by that id. */
export const SCHEMA_ID_FORMS = ['header', 'prefix', 'none'] as const;
export type SchemaIdForm = (typeof SCHEMA_ID_FORMS)[number];

/** Kafka header with the id as decimal text. */
export const SCHEMA_ID_HEADER = 'currents.schema_id';
/** Before the value: a zero, and the id as four bytes, as Confluent's serializers write them. */
const PREFIX_BYTES = 5;

interface Message {
  value: string;
  headers: Record<string, string>;
}

/** The message with the id in one of the forms. */
export function withSchemaId<M extends Message>(
  message: M,
  id: number,
  form: SchemaIdForm,
): Omit<M, 'value'> & { value: string | Buffer } {
  if (form === 'none') return message;
  if (form === 'header')
    return { ...message, headers: { ...message.headers, [SCHEMA_ID_HEADER]: String(id) } };
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(id, 1);
  return { ...message, value: Buffer.concat([prefix, Buffer.from(message.value)]) };
}
