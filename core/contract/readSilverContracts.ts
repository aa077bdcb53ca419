import type { StreamColumn, StreamContract } from './contract';
import { parted, readFiles, type ContractFile, type Read } from './contractFile';
import { twice } from './contradictions';
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
  return readFiles(folder, files, {
    schema: silverDocument,
    contractOf: (document) => contractOf(document, carried),
    conflicts,
  });
}

/** What only one of them may claim. */
function conflicts(contracts: readonly SilverContract[]): string[] {
  return twice(
    'physicalName',
    contracts.map(({ table }) => table),
  );
}

function contractOf(
  { id, name, description, schema }: SilverDocument,
  carried: Carried,
): Read<SilverContract> {
  const { physicalName: table, dataGranularityDescription: grain, properties } = schema[0]!;
  const { values: columns, problems } = parted(properties.map((property) => columnOf(property, carried)));
  const names = properties.map((property) => property.name);
  const all = [...problems, ...twice('column', names)];
  if (all.length > 0) return { problems: all };
  return { value: { id, title: name, purpose: description.purpose, table, grain, columns } };
}

function columnOf(property: SilverProperty, carried: Carried): Read<SilverColumn> {
  const { name, primaryKeyPosition, transformSourceObjects: sources, customProperties } = property;
  const source = sources.map((each) => carried.get(each)).find((each) => each !== undefined);
  const physicalType = property.physicalType ?? source?.physicalType;
  const description = property.description ?? source?.description;
  if (physicalType === undefined || description === undefined)
    return {
      problems: [`${name}: expected physicalType and description, or a column of a stream that has both`],
    };
  return {
    value: {
      name,
      physicalType,
      unit: customProperties.unit ?? (property.description === undefined ? (source?.unit ?? null) : null),
      description,
      sources,
      keyPosition: primaryKeyPosition ?? null,
    },
  };
}
