import type { z } from 'zod';
import { ContractInvalidError } from './errors';
import { readYaml } from './yamlText';

/** One contract file. */
export interface ContractFile {
  /** Its name, for messages. */
  file: string;
  content: Uint8Array | string;
}

/** A part of a contract, or what is wrong with it. */
export type Read<T> = { value: T } | { problems: string[] };

/** How files become contracts of one kind. */
export interface ContractKind<Document, Contract> {
  schema: z.ZodType<Document>;
  contractOf(document: Document): Read<Contract>;
  /** What only one contract may claim, and several do. */
  conflicts(contracts: readonly Contract[]): string[];
}

/**
 * The contracts of files of one kind, in the order of the files.
 *
 * @throws ContractInvalidError with every problem of every file
 */
export function readFiles<Document, Contract>(
  folder: string,
  files: readonly ContractFile[],
  kind: ContractKind<Document, Contract>,
): Contract[] {
  const { values, problems } = parted(files.map((file) => readOne(file, kind)));
  const all = [...problems, ...kind.conflicts(values)];
  if (all.length > 0) throw new ContractInvalidError(folder, all);
  return values;
}

/** What could be read, and all that is wrong with the rest. */
export function parted<T>(read: readonly Read<T>[]): { values: T[]; problems: string[] } {
  return {
    values: read.flatMap((each) => ('value' in each ? [each.value] : [])),
    problems: read.flatMap((each) => ('problems' in each ? each.problems : [])),
  };
}

function readOne<Document, Contract>(
  { file, content }: ContractFile,
  { schema, contractOf }: ContractKind<Document, Contract>,
): Read<Contract> {
  const yaml = readYaml(content);
  const parsed = 'problems' in yaml ? yaml : parsedDocument(yaml.value, schema);
  const contract = 'problems' in parsed ? parsed : contractOf(parsed.value);
  if ('value' in contract) return contract;
  return { problems: contract.problems.map((problem) => `${file}: ${problem}`) };
}

/** The checked parts of a document, or what is wrong with them, each with its place. */
function parsedDocument<Document>(found: unknown, schema: z.ZodType<Document>): Read<Document> {
  const parsed = schema.safeParse(found);
  if (parsed.success) return { value: parsed.data };
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${placeOf(path, found) || 'contract'}: ${message}`,
  );
  return { problems };
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
