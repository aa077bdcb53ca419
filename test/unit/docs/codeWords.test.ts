import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { forbiddenIn } from './forbiddenWords';

/** Files that name the words themselves. */
const EXCEPTIONS = ['test/unit/docs/forbiddenWords.ts'];

/** Comments and quoted texts of each language. Code between them is left alone: names follow other rules. */
const TEXTS: Record<string, RegExp> = {
  ts: /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/gm,
  py: /"""[\s\S]*?"""|#.*|"(?:\\.|[^"\\\n])*"/g,
  sql: /\{#[\s\S]*?#\}|--.*/g,
  yml: /.+/g,
};

const ROOT = repositoryRoot();
const FILES = execFileSync('git', ['ls-files', '*.ts', '*.py', '*.sql', '*.yml'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !EXCEPTIONS.includes(file) && existsSync(join(ROOT, file)));

describe('the words of comments and texts in code', () => {
  it('are read from every kind of source', () => {
    for (const extension of Object.keys(TEXTS))
      expect(FILES.filter((file) => file.endsWith(`.${extension}`)).length).toBeGreaterThan(5);
  });

  it('have none that the glossary replaces', () => {
    expect(FILES.flatMap(findings)).toEqual([]);
  });

  it.each([
    ['/** What lacks. */', ['lacks, write: is missing']],
    ["fail('nobody asks for it')", ["nobody, write: the actor's name, no process"]],
    ['const letters = rows(); // a dead letter', []],
    ["row.letters === 'letter'", []],
  ])('are told from names: %s', (code, found) => {
    expect(textsOf(code, 'ts').flatMap(({ text }) => forbiddenIn(text))).toEqual(found);
  });
});

function findings(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return textsOf(source, file.split('.').at(-1)!).flatMap(({ line, text }) =>
    forbiddenIn(text).map((word) => `${file}:${line}: ${word}`),
  );
}

function textsOf(source: string, extension: string): { line: number; text: string }[] {
  return [...source.matchAll(TEXTS[extension]!)]
    .map(({ 0: text, index }) => ({ line: source.slice(0, index).split('\n').length, text: proseOf(text) }))
    .filter(({ text }) => text.includes(' '));
}

/** A text in one line, without comment marks, expressions of templates and SQL, whose words are names. */
function proseOf(text: string): string {
  if (/^['"`]/.test(text) && /\b(SELECT|FROM|WHERE|WITH|JOIN)\b/i.test(text) && !text.startsWith('"""'))
    return '';
  return text
    .replace(/^`|`$/g, '')
    .replace(/\$?\{[^{}]*\}/g, '…')
    .replace(/\n\s*(?:\*|\/\/|#|--)?\s*/g, ' ');
}
