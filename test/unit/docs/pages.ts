import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

/** Every page a reader meets: the README of the repository and of two folders, the changelog, all of docs. */
export const PAGES: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'dbt/README.md',
  'stack/README.md',
  ...fs
    .readdirSync(path.join(repositoryRoot(), 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

export function readPage(page: string): string {
  return fs.readFileSync(path.join(repositoryRoot(), page), 'utf8');
}

/** The lines of a page outside its code blocks, with their numbers. Code keeps its own width and words. */
export function proseLines(page: string): { line: number; text: string }[] {
  let isCode = false;
  return readPage(page)
    .split('\n')
    .map((text, index) => ({ line: index + 1, text }))
    .filter(({ text }) => {
      if (!text.trimStart().startsWith('```')) return !isCode;
      isCode = !isCode;
      return false;
    });
}
