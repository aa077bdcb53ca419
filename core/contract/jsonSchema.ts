import type { PhysicalType, StreamColumn, StreamContract } from './contract';

type JsonType = 'string' | 'number' | 'integer' | 'boolean';

/** What JSON calls each type of the lake. Times are ISO 8601 text. */
const JSON_TYPE: Record<PhysicalType, JsonType> = {
  double: 'number',
  int: 'integer',
  bigint: 'integer',
  string: 'string',
  boolean: 'boolean',
  timestamp: 'string',
  timestamp_ntz: 'string',
};

interface JsonProperty {
  description: string;
  type: JsonType | [JsonType, 'null'];
  format?: 'date-time';
  minimum?: number;
  maximum?: number;
  enum?: (string | null)[];
}

export interface JsonSchema {
  $schema: 'http://json-schema.org/draft-07/schema#';
  title: string;
  description: string;
  type: 'object';
  properties: Record<string, JsonProperty>;
  required: string[];
  additionalProperties: false;
}

/**
 * The messages of a stream as JSON Schema. The model is closed, as a registry wants it: to an open one it
 * takes no new field, since messages may have had another field of that name before.
 */
export function jsonSchemaOf({ title, purpose, columns }: StreamContract): JsonSchema {
  return {
    // Without it a registry may not see what kind of schema it has.
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    description: purpose,
    type: 'object',
    properties: Object.fromEntries(columns.map((column) => [column.sourceColumn, propertyOf(column)])),
    required: columns.filter(({ required }) => required).map(({ sourceColumn }) => sourceColumn),
    additionalProperties: false,
  };
}

function propertyOf(column: StreamColumn): JsonProperty {
  const { description, unit, physicalType, required, minimum, maximum, allowed } = column;
  const type = JSON_TYPE[physicalType];
  return {
    description: unit === null ? description : `${description} (${unit})`,
    type: required ? type : [type, 'null'],
    ...(physicalType === 'timestamp' ? { format: 'date-time' } : {}),
    ...(minimum === null ? {} : { minimum }),
    ...(maximum === null ? {} : { maximum }),
    ...(allowed?.severity === 'error'
      ? { enum: required ? [...allowed.values] : [...allowed.values, null] }
      : {}),
  };
}
