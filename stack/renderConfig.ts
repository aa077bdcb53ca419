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
  fs.writeFileSync(target, fillIn(template, text, values), { mode: 0o600 });
}

/** The template's text with its placeholders replaced. */
export function fillIn(template: string, text: string, values: Record<string, string | number>): string {
  return text.replace(/@([A-Z][A-Z0-9_]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TemplateError(template, name);
    return String(value);
  });
}
