import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../settings/repositoryRoot';
import { errorCatalogue, type ErrorEntry } from './errorCatalogue';

export const ERRORS_PAGE = path.join('docs', 'errors.md');
const BEGIN = '<!-- errors: made from the error classes by make docs, do not edit -->';
const END = '<!-- end of errors -->';

/** The page with a new table; the notes below it are written by hand and stay. */
export function errorsPage(): string {
  const text = fs.readFileSync(path.join(repositoryRoot(), ERRORS_PAGE), 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${ERRORS_PAGE}: expected the marks ${BEGIN} and ${END}`);
  const noted = new Set([...text.slice(end).matchAll(/^## ([A-Z][A-Z0-9_]+)$/gm)].map(([, code]) => code!));
  return `${text.slice(0, begin)}${BEGIN}\n\n${table(errorCatalogue(), noted)}\n\n${text.slice(end)}`;
}

function table(entries: ErrorEntry[], noted: ReadonlySet<string>): string {
  const rows = entries.map(
    ({ code, kind, retryable, meaning, hints }) =>
      `| ${noted.has(code) ? `[\`${code}\`](#${code.toLowerCase()})` : `\`${code}\``} | ${kind} | ${retryable} | ` +
      `${cell(meaning)} | ${cell(hints.join('\n')) || 'The hint of the error names it.'} |`,
  );
  return ['| code | kind | retried | condition | hint |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Marks of Markdown and HTML in a text are text here; what stands in backticks is code already. */
function cell(text: string): string {
  return text
    .split(/(`[^`\n]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll('*', '\\*')))
    .join('')
    .replaceAll('|', '\\|')
    .replaceAll('\n', '<br>');
}
