import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { environmentSchema } from '../settings/config';
import { repositoryRoot } from '../settings/repositoryRoot';
import { columnsPages } from './columnsPage';
import { ERRORS_PAGE, errorsPage } from './errorsPage';

/**
 * One setting as the schema describes it. `fallback` is null where the value is made up from other settings.
 */
interface Setting {
  name: string;
  meaning: string;
  fallback: string | null;
  accepts: string;
}

/** The parts of JSON Schema that describe a setting's values. */
interface Shape {
  type?: string;
  format?: string;
  enum?: string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

const BOOLEANS: Shape = { enum: ['true', 'false'] };

/** The settings' patterns in words. */
const PATTERNS: Record<string, string> = {
  '^[a-z0-9][a-z0-9.-]{2,62}$':
    'text of 3 to 63 characters from a-z, 0-9, . and -; the first is from a-z or 0-9',
  '^[A-Za-z][A-Za-z0-9_./-]*$':
    'text of characters from A-Z, a-z, 0-9, _ . / and -; the first is from A-Z or a-z',
};

/** Every file that is generated, in part or whole, by its path. The same sources give the same text. */
export function generatedDocs(): Record<string, string> {
  return { ...settingsDocs(), ...columnsPages(), [ERRORS_PAGE]: errorsPage() };
}

/** The files made from the settings' schema alone. */
export function settingsDocs(): Record<string, string> {
  const settings = readSettings();
  return {
    '.env.example': environmentExample(settings),
    'docs/configuration.md': configurationPage(settings),
  };
}

function readSettings(): Setting[] {
  const { properties = {} } = z.toJSONSchema(environmentSchema, { io: 'output', unrepresentable: 'any' }) as {
    properties?: Record<string, Shape>;
  };
  return Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const { data } = schema.safeParse(undefined) as { data?: string | number | boolean };
    const isBoolean = typeof schema.safeParse('true').data === 'boolean';
    const shape = isBoolean ? BOOLEANS : (properties[name] ?? {});
    return {
      name,
      meaning: schema.description ?? '',
      fallback: data === undefined ? null : String(data),
      accepts: acceptedBy(shape),
    };
  });
}

function acceptedBy(shape: Shape): string {
  if (shape.enum) return shape.enum.join(', ');
  if (shape.type === 'integer' || shape.type === 'number')
    return `${shape.type === 'integer' ? 'whole number' : 'number'}, ${limitsOf(shape)}`;
  if (shape.format === 'uri') return 'address';
  return shape.pattern ? (PATTERNS[shape.pattern] ?? `text that matches ${shape.pattern}`) : 'text';
}

/** A whole number without a limit has the largest exact one, which is not worth showing. */
function limitsOf({ minimum, maximum, exclusiveMinimum }: Shape): string {
  const least = exclusiveMinimum === undefined ? `${minimum}` : `above ${exclusiveMinimum}`;
  if (maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER) return `${least} to ${maximum}`;
  return exclusiveMinimum === undefined ? `${least} or more` : least;
}

/** Every line is a comment, so that a copy changes nothing until a value is chosen. */
function environmentExample(settings: Setting[]): string {
  const entries = settings.map(
    ({ name, meaning, fallback }) => `# ${meaning}\n# ${name}=${fallback ?? ''}\n`,
  );
  return [
    '# Settings of Currents, all optional. Made from settings/config.ts by `make docs`; do not edit.',
    '# Nothing reads this file by itself. Copy it, remove the # before what you change, and load the copy:',
    '#   cp .env.example .env; set -a; . ./.env; set +a',
    '',
    ...entries,
  ].join('\n');
}

function configurationPage(settings: Setting[]): string {
  const rows = settings.map(
    ({ name, meaning, fallback, accepts }) =>
      `| \`${name}\` | ${cell(meaning)} | ${fallback === null ? '' : `\`${cell(fallback)}\``} | ${cell(accepts)} |`,
  );
  return [
    '# Configuration',
    '',
    'Made from `settings/config.ts` by `make docs`; do not edit. Every setting is an environment',
    'variable. A command or process reads it once, when it starts. An empty value counts as unset. A',
    'wrong value, or an unknown name that begins with `CURRENTS_`, ends the command with',
    '`INVALID_CONFIGURATION`, which lists all mistakes at once. A stack keeps the settings it was started',
    'with. After a change, run `npx currents down` and `npx currents up`.',
    '',
    '| setting | meaning | default | accepts |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (require.main === module) {
  for (const [file, text] of Object.entries(generatedDocs())) {
    const target = path.join(repositoryRoot(), file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
    console.log(`wrote ${file}`);
  }
}
