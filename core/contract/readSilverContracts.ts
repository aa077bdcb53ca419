import type { StreamColumn, StreamContract } from './contract';
import { ContractInvalidError } from './errors';
import { parsedContract, type ContractFile } from './readContracts';
import type { SilverColumn, SilverContract } from './silverContract';
import { silverDocument, type SilverDocument, type SilverProperty } from './silverDocument';

/** Columns of streams by `schema.table.column`. */
type Carried = ReadonlyMap<string, StreamColumn>;

/**
 * The contracts of a pipeline's silver tables, in the order of their files. A column that carries one of a
 * stream along takes type, unit and meaning from it, unless it states them.
 *
 * @throws ContractInvalidError with every problem of every file
 */
export function readSilverContracts(
  folder: string,
  files: readonly ContractFile[],
  streams: readonly StreamContract[],
): SilverContract[] {
  const carried: Carried = new Map(
    streams.flatMap(({ bronze, columns }) =>
      columns.map((column) => [`${bronze}.${column.name}`, column] as const),
    ),
  );
  const read = files.map((file) => {
    const parsed = parsedContract(file, silverDocument);
    return 'problems' in parsed ? parsed : contractOf(parsed.document, carried, file.file);
  });
  const problems = read.flatMap((each) => ('problems' in each ? each.problems : []));
  if (problems.length > 0) throw new ContractInvalidError(folder, problems);
  return read.flatMap((each) => ('contract' in each ? [each.contract] : []));
}

function contractOf(
  { id, name, description, schema }: SilverDocument,
  carried: Carried,
  file: string,
): { contract: SilverContract } | { problems: string[] } {
  const { physicalName: table, dataGranularityDescription: grain, properties } = schema[0]!;
  const columns = properties.map((property) => columnOf(property, carried));
  const problems = columns.flatMap((each) => (typeof each === 'string' ? [`${file}: ${each}`] : []));
  if (problems.length > 0) return { problems };
  return {
    contract: {
      id,
      title: name,
      purpose: description.purpose,
      table,
      grain,
      columns: columns.filter((each) => typeof each !== 'string'),
    },
  };
}

/** The column, or what is wrong with it. */
function columnOf(property: SilverProperty, carried: Carried): SilverColumn | string {
  const { name, primaryKeyPosition, transformSourceObjects: sources, customProperties } = property;
  const source = sources.map((each) => carried.get(each)).find((each) => each !== undefined);
  const physicalType = property.physicalType ?? source?.physicalType;
  const description = property.description ?? source?.description;
  if (physicalType === undefined || description === undefined)
    return `${name}: expected physicalType and description, or a column of a stream that has both`;
  return {
    name,
    physicalType,
    unit: customProperties.unit ?? (property.description === undefined ? (source?.unit ?? null) : null),
    description,
    sources,
    keyPosition: primaryKeyPosition ?? null,
  };
}
