import type { AllowedValues, StreamColumn, StreamContract } from './contract';
import { readFiles, type ContractFile, type Read } from './contractFile';
import { conflicts, contradictions } from './contradictions';
import { contractDocument, type ContractDocument, type DocumentProperty } from './document';

const MINUTE_MS = 60_000;

/**
 * The contracts of one pipeline, in the order of their files.
 *
 * @throws ContractInvalidError with every problem of every file
 */
export function readContracts(folder: string, files: readonly ContractFile[]): StreamContract[] {
  return readFiles(folder, files, { schema: contractDocument, contractOf: checked, conflicts });
}

function checked(document: ContractDocument): Read<StreamContract> {
  const problems = contradictions(document);
  return problems.length > 0 ? { problems } : { value: contractOf(document) };
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
