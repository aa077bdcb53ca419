import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** A setting as a pipeline outside the repository declares it in `settings.json`, as plain data. */
const declaration = z.strictObject({
  meaning: z.string().trim().min(1),
  type: z.enum(['text', 'number', 'integer', 'boolean', 'url']).default('text'),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  required: z.boolean().default(false),
  choices: z.array(z.string()).min(1).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
});
const NAME = /^(?!CURRENTS_)[A-Z][A-Z0-9_]*$/;
const declarations = z.record(
  z.string().regex(NAME, 'expected upper-case letters, digits and underscores, not beginning with CURRENTS_'),
  declaration,
);

export interface DeclaredSettings {
  /** To be merged into the one schema. */
  fields: Record<string, z.ZodType>;
  /** Mistakes of the declarations, to be reported with those of the values. */
  problems: string[];
}

/**
 * Settings of the pipelines in the folders: of the enabled ones, where some are named. A folder that is not
 * there declares none, and is an error when the pipelines are read.
 */
export function pipelineSettings(
  folders: readonly string[],
  enabled: readonly string[] | undefined,
  taken: readonly string[],
): DeclaredSettings {
  const found: DeclaredSettings = { fields: {}, problems: [] };
  for (const file of folders.flatMap(settingsFiles)) {
    if (enabled?.includes(path.basename(path.dirname(file))) ?? true) declare(file, taken, found);
  }
  return found;
}

function settingsFiles(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .map((name) => path.join(folder, name, 'settings.json'))
    .filter((file) => fs.existsSync(file))
    .sort();
}

function declare(file: string, taken: readonly string[], found: DeclaredSettings): void {
  const read = readDeclarations(file);
  if ('problem' in read) return void found.problems.push(`✖ ${file}: ${read.problem}`);
  for (const [name, one] of Object.entries(read.settings)) {
    if (taken.includes(name) || name in found.fields)
      found.problems.push(`✖ ${file}: ${name} is declared twice`);
    else if (one.default !== undefined && !valueOf(one).safeParse(String(one.default)).success)
      found.problems.push(`✖ ${file}: ${name}: its default ${one.default} is no value of it`);
    else found.fields[name] = fieldOf(one);
  }
}

function readDeclarations(file: string): { settings: z.infer<typeof declarations> } | { problem: string } {
  try {
    const parsed = declarations.safeParse(JSON.parse(fs.readFileSync(file, 'utf8')));
    return parsed.success ? { settings: parsed.data } : { problem: z.prettifyError(parsed.error) };
  } catch (error) {
    return { problem: `expected JSON, found ${(error as Error).message}` };
  }
}

type Declaration = z.infer<typeof declaration>;

function fieldOf(one: Declaration): z.ZodType {
  const value = valueOf(one);
  if (one.default !== undefined) return value.prefault(String(one.default)).describe(one.meaning);
  return (one.required ? value : value.optional()).describe(one.meaning);
}

/** From the text of an environment variable. */
function valueOf({ type, choices, min, max }: Declaration): z.ZodType<unknown, string> {
  if (type === 'boolean') return z.stringbool();
  if (type === 'url') return z.url();
  if (type === 'text') return choices === undefined ? z.string().trim().min(1) : z.enum(choices);
  const limited = numberWithin(min, max);
  return (type === 'integer' ? limited.int() : limited) as unknown as z.ZodType<unknown, string>;
}

function numberWithin(min = -Infinity, max = Infinity): z.ZodCoercedNumber {
  return z.coerce.number().min(min).max(max);
}
