import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { forbiddenIn } from './forbiddenWords';

/** Files that name the words themselves. */
const EXCEPTIONS = ['test/unit/docs/forbiddenWords.ts', 'test/unit/docs/codeWords.test.ts'];

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

describe('the names of files, and of what they export', () => {
  const named = FILES.filter((file) => /\.(ts|py)$/.test(file) && !file.startsWith('test/'));

  it('have none of the words that the glossary replaces', () => {
    const found = named.flatMap((file) => namesIn(file).flatMap((name) => findingsOf(name, file)));
    expect(found).toEqual([]);
  });

  it.each([
    ['letterPredicate', ['letter']],
    ['deadLetterPredicate', []],
    ['NO_LETTER_EVENTS', ['letter']],
    ['findCutOffBranches', ['cut off']],
    ['cutOfBeef', []],
    ['beat', ['beat']],
    ['heartbeat', []],
    ['LakeBeat', ['beat']],
  ])('%s', (name, found) => {
    expect(oldWordsIn(name)).toEqual(found);
  });
});

/** As whole words of a name; a name has no grammar, so only words that are always wrong are listed. */
const OLD_NAMES =
  /(?<!\bdead )\bletters?\b|\bcut off\b|\b(beat|lacks|lacking|anew|mend|whoever|nobody|somebody)\b/g;

function oldWordsIn(name: string): string[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  return words.join(' ').toLowerCase().match(OLD_NAMES) ?? [];
}

function findingsOf(name: string, file: string): string[] {
  return oldWordsIn(name).map((word) => `${file}: ${name}: ${word}`);
}

/** Exported names of TypeScript, top-level names of Python. */
function namesIn(file: string): string[] {
  const kinds = 'function|const|let|class|interface|type|enum';
  const declared = file.endsWith('.ts')
    ? new RegExp(`^export (?:abstract |async )*(?:${kinds}) (\\w+)`, 'gm')
    : /^(?:async )?(?:def|class) (\w+)/gm;
  const names = [...readFileSync(join(ROOT, file), 'utf8').matchAll(declared)].map(([, name]) => name!);
  return [basename(file).split('.')[0]!, ...names];
}

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
