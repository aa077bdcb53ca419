import { createRequire } from 'node:module';
import { CORE_SCHEMA, load } from 'js-yaml';
import type * as Yaml from 'yaml';

/** In a text with aliases the other reader counts them: aliases of aliases could fill the memory. */
const ALIAS = /(^|[\s[{,])\*\S/m;

/**
 * The value of a YAML text by the rules of version 1.2, as Spark's side reads it (`no` and `on` are texts),
 * or every fault in it. Bytes must be UTF-8. Each command reads all contracts when it starts. js-yaml does so
 * in a fifth of the processor time (measured on ten contracts: 55 ms to 240 ms, loading included), but stops
 * at the first fault. So a text that it cannot read is read again by one that names all.
 */
export function readYaml(content: Uint8Array | string): { value: unknown } | { problems: string[] } {
  try {
    const text =
      typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content);
    return (ALIAS.test(text) ? undefined : readFast(text)) ?? readWithAllFaults(text);
  } catch (error) {
    return { problems: [`expected YAML 1.2 in UTF-8, found ${(error as Error).message}`] };
  }
}

function readFast(text: string): { value: unknown } | undefined {
  try {
    return { value: load(text, { schema: CORE_SCHEMA }) };
  } catch {
    return undefined;
  }
}

function readWithAllFaults(text: string): { value: unknown } | { problems: string[] } {
  const { parseDocument } = createRequire(__filename)('yaml') as typeof Yaml;
  const yaml = parseDocument(text);
  return yaml.errors.length > 0
    ? { problems: yaml.errors.map(({ message }) => message) }
    : { value: yaml.toJS() };
}
