import type { PhysicalType, StreamColumn, StreamContract } from './contract';

/** What Protobuf calls each type of the lake. Times are ISO 8601 text, as in the JSON messages. */
const PROTOBUF_TYPE: Record<PhysicalType, string> = {
  double: 'double',
  int: 'int32',
  bigint: 'int64',
  string: 'string',
  boolean: 'bool',
  timestamp: 'string',
  timestamp_ntz: 'string',
};

type NumberedColumn = StreamColumn & { fieldNumber: number };

/**
 * The messages of a stream as a Protobuf message, whose fields have the numbers of the contract: a field is
 * known by its number for good, whatever its place. Every field is optional, as proto3 has no required one;
 * the lake rejects a record without a required value.
 */
export function protobufOf({ topic, purpose, bronze, columns }: StreamContract): string {
  const fields = columns.filter(isNumbered).sort((a, b) => a.fieldNumber - b.fieldNumber);
  return [
    'syntax = "proto3";',
    `package ${bronze.split('.')[0]!};`,
    '',
    `// ${oneLine(purpose)}`,
    `message ${messageName(topic)} {`,
    ...fields.flatMap(linesOf),
    '}',
    '',
  ].join('\n');
}

function isNumbered(column: StreamColumn): column is NumberedColumn {
  return column.fieldNumber !== null;
}

function linesOf({ name, sourceColumn, physicalType, fieldNumber, ...column }: NumberedColumn): string[] {
  const { description, unit } = column;
  const jsonName = name === sourceColumn ? '' : ` [json_name = ${JSON.stringify(sourceColumn)}]`;
  return [
    `  // ${oneLine(unit === null ? description : `${description} (${unit})`)}`,
    `  optional ${PROTOBUF_TYPE[physicalType]} ${name} = ${fieldNumber}${jsonName};`,
  ];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/** `device-events` as `DeviceEvents`; a name must not begin with a digit. */
function messageName(topic: string): string {
  const words = topic.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return /^[0-9]|^$/.test(name) ? `Topic${name}` : name;
}
