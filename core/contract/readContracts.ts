import type { z } from 'zod';
import type { AllowedValues, StreamColumn, StreamContract } from './contract';
import { conflicts, contradictions } from './contradictions';
import { contractDocument, type ContractDocument, type DocumentProperty } from './document';
import { ContractInvalidError } from './errors';
import { readYaml } from './yamlText';

/** One contract file. */
export interface ContractFile {
  /** Its name, for messages. */
  file: string;
  content: Uint8Array | string;
}

const MINUTE_MS = 60_000;

/**
 * The contracts of one pipeline, in the order of their files.
 *
 * @throws ContractInvalidError with every problem of every file
 */
export function readContracts(folder: string, files: readonly ContractFile[]): StreamContract[] {
  const read = files.map(readOne);
  const contracts = read.flatMap((each) => ('contract' in each ? [each.contract] : []));
  const problems = [
    ...read.flatMap((each) => ('problems' in each ? each.problems : [])),
    ...conflicts(contracts),
  ];
  if (problems.length > 0) throw new ContractInvalidError(folder, problems);
  return contracts;
}

function readOne(file: ContractFile): { contract: StreamContract } | { problems: string[] } {
  const parsed = parsedContract(file, contractDocument);
  if ('problems' in parsed) return parsed;
  const problems = contradictions(parsed.document).map((problem) => `${file.file}: ${problem}`);
  return problems.length > 0 ? { problems } : { contract: contractOf(parsed.document) };
}

/** The checked parts of a file, or what is wrong with them, each with its place. */
export function parsedContract<T>(
  { file, content }: ContractFile,
  schema: z.ZodType<T>,
): { document: T } | { problems: string[] } {
  const inFile = (problem: string): string => `${file}: ${problem}`;
  const yaml = readYaml(content);
  if ('problems' in yaml) return { problems: yaml.problems.map(inFile) };
  const found = yaml.value;
  const parsed = schema.safeParse(found);
  if (parsed.success) return { document: parsed.data };
  return {
    problems: parsed.error.issues.map(({ path, message }) =>
      inFile(`${placeOf(path, found) || 'contract'}: ${message}`),
    ),
  };
}

/** The path with names of columns in place of their numbers: `properties.demand_mw.unit`. */
function placeOf(path: readonly PropertyKey[], found: unknown): string {
  let value = found;
  const words = path.map((step) => {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
    const name = (value as { name?: unknown } | null | undefined)?.name;
    return typeof step === 'number' && typeof name === 'string' ? name : String(step);
  });
  return words.join('.');
}

function contractOf({ id, name, version, description, schema }: ContractDocument): StreamContract {
  const { physicalName, dataGranularityDescription, properties, customProperties: stream } = schema[0]!;
  const columns = properties.map(columnOf);
  const column = (wanted: string): StreamColumn => columns.find((each) => each.name === wanted)!;
  const { periodMinutes, futureTolerance, pastTolerance, ...rest } = stream;
  return {
    ...rest,
    id,
    title: name,
    purpose: description.purpose,
    grain: dataGranularityDescription,
    majorVersion: Number(version.split('.')[0]),
    bronze: physicalName,
    columns,
    timeColumn: column(stream.timeColumn),
    messageKey: stream.messageKey === undefined ? null : column(stream.messageKey),
    period_ms: periodMinutes * MINUTE_MS,
    futureTolerance_ms: futureTolerance,
    pastTolerance_ms: pastTolerance,
    countedAs: stream.countedAs ?? physicalName,
  };
}

function columnOf({
  name,
  description,
  physicalType,
  required,
  primaryKeyPosition,
  quality,
  logicalTypeOptions: limits,
  customProperties,
}: DocumentProperty): StreamColumn {
  return {
    ...customProperties,
    name,
    description,
    physicalType,
    required,
    keyPosition: primaryKeyPosition ?? null,
    allowed: allowedOf(quality[0]),
    minimum: limits.minimum ?? null,
    maximum: limits.maximum ?? null,
  };
}

function allowedOf(rule: DocumentProperty['quality'][number] | undefined): AllowedValues | null {
  return rule ? { values: rule.arguments.validValues, severity: rule.severity } : null;
}
