import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../settings/repositoryRoot';
import { TemplateError } from './errors';

/**
 * Writes a configuration template of the repository, with every `@NAME@` replaced, to `target`.
 * The file is readable by its owner only, since some carry a secret. Idempotent.
 *
 * @throws TemplateError when the template names a value that is not given.
 */
export function renderConfig(
  template: string,
  values: Record<string, string | number>,
  target: string,
): void {
  const text = fs.readFileSync(path.join(repositoryRoot(), template), 'utf8');
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const escape = ESCAPES[path.extname(template)] ?? String;
  fs.writeFileSync(target, fillIn(template, text, values, escape), { mode: 0o600 });
}

/** Escapes a value for the template's format, by its extension. */
const ESCAPES: Record<string, (value: string) => string> = {
  '.properties': propertyValue,
  '.json': (value) => JSON.stringify(value).slice(1, -1),
};

/** Java reads the file as Latin-1, a backslash as the start of an escape, and skips leading blanks. */
function propertyValue(value: string): string {
  return value
    .replace(/\\/g, '\\\\')
    .replace(/^ /, '\\ ')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The template's text with its placeholders replaced. */
export function fillIn(
  template: string,
  text: string,
  values: Record<string, string | number>,
  escape: (value: string) => string = String,
): string {
  return text.replace(/@([A-Z][A-Z0-9_]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TemplateError(template, name);
    return escape(String(value));
  });
}
