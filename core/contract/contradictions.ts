import { repeated } from '../names';
import { collidingName } from '../topicName';
import { bronzeNameProblems } from './bronzeNames';
import type { StreamContract } from './contract';
import { LOGICAL_TYPE, type ContractDocument, type DocumentProperty } from './document';

/** Parts of one contract that do not fit each other. */
export function contradictions(document: ContractDocument): string[] {
  const { properties, customProperties: stream } = document.schema[0]!;
  const names = properties.map(({ name }) => name);
  const keys = properties.filter(({ primaryKey }) => primaryKey);
  const named = {
    timeColumn: stream.timeColumn,
    ...(stream.messageKey && { messageKey: stream.messageKey }),
  };
  return [
    ...twice('column', names),
    ...twice('source column', [
      ...properties.map(({ customProperties }) => customProperties.sourceColumn),
      ...stream.carriedColumns,
    ]),
    ...Object.entries(named).flatMap(([property, name]) =>
      names.includes(name) ? [] : [`${property}: expected a column of the contract, found ${name}`],
    ),
    ...properties
      .filter(({ logicalType, physicalType }) => LOGICAL_TYPE[physicalType] !== logicalType)
      .map(
        ({ name, logicalType, physicalType }) =>
          `${name}: expected logicalType ${LOGICAL_TYPE[physicalType]} for ${physicalType}, found ${logicalType}`,
      ),
    ...properties.flatMap(wrongLimits),
    ...wrongFieldNumbers(properties),
    ...properties
      .filter(({ quality, physicalType }) => quality.length > 0 && physicalType !== 'string')
      .map(({ name, physicalType }) => `${name}: expected validValues of a string, found ${physicalType}`),
    ...properties
      .filter(({ primaryKey, primaryKeyPosition }) => !primaryKey && primaryKeyPosition !== undefined)
      .map(({ name }) => `${name}: expected primaryKey: true beside primaryKeyPosition, found none`),
    ...bronzeNameProblems(document.schema[0]!),
    ...keys
      .filter(({ required }) => !required)
      .map(({ name }) => `${name}: expected a key that is required, found one that may be empty`),
    ...keysInOrder(names, keys, stream.timeColumn),
  ];
}

function wrongLimits({ name, logicalType, logicalTypeOptions }: DocumentProperty): string[] {
  const { minimum, maximum } = logicalTypeOptions;
  if ((minimum ?? maximum) === undefined) return [];
  if (logicalType !== 'number' && logicalType !== 'integer')
    return [`${name}: expected logicalTypeOptions of a number, found those of a ${logicalType}`];
  if (minimum === undefined || maximum === undefined || minimum <= maximum) return [];
  return [`${name}: expected a minimum up to the maximum ${maximum}, found ${minimum}`];
}

/** Given to all columns or to none: one without would be missing in the Protobuf form. */
function wrongFieldNumbers(properties: readonly DocumentProperty[]): string[] {
  const numbered = properties.filter(({ customProperties }) => customProperties.fieldNumber !== null);
  const numbers = numbered.map(({ customProperties }) => String(customProperties.fieldNumber));
  return [
    ...twice('fieldNumber', numbers),
    ...(numbered.length === 0 ? [] : properties)
      .filter(({ customProperties }) => customProperties.fieldNumber === null)
      .map(({ name }) => `${name}: expected a fieldNumber, as other columns have, found none`),
  ];
}

/** A bronze table begins with the time and the other keys, and rows are identified in that order. */
function keysInOrder(
  names: readonly string[],
  keys: readonly { name: string; primaryKeyPosition?: number }[],
  timeColumn: string,
): string[] {
  const found = keys.map(
    ({ name, primaryKeyPosition }) => `${name} ${primaryKeyPosition ?? 'without place'}`,
  );
  const expected = names.slice(0, keys.length).map((name, index) => `${name} ${index + 1}`);
  const isFirst = keys[0]?.name === timeColumn;
  return isFirst && found.join() === expected.join()
    ? []
    : [
        `primaryKey: expected the first columns, ${timeColumn} 1 before all, found ${found.join(', ') || 'none'}`,
      ];
}

/** What only one contract of a pipeline may claim. */
export function conflicts(contracts: readonly StreamContract[]): string[] {
  return [
    ...twice(
      'topic',
      contracts.map(({ topic }) => collidingName(topic)),
    ),
    ...twice(
      'physicalName',
      contracts.map(({ bronze }) => bronze),
    ),
    ...twice(
      'table of the source',
      contracts.flatMap(({ sourceTables }) => sourceTables),
    ),
    ...typesOfNames(contracts),
  ];
}

/** Rows of all streams pass through one frame in Spark, in which a name has one type. */
function typesOfNames(contracts: readonly StreamContract[]): string[] {
  const columns = contracts.flatMap((contract) => contract.columns);
  const first = new Map([...columns].reverse().map(({ name, physicalType }) => [name, physicalType]));
  return columns
    .filter(({ name, physicalType }) => physicalType !== first.get(name))
    .map(
      ({ name, physicalType }) => `${name}: expected ${first.get(name)!} as before, found ${physicalType}`,
    );
}

export function twice(what: string, names: readonly string[]): string[] {
  return repeated(names).map((name) => `expected each ${what} once, found ${name} twice`);
}
