import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { contractsIn, silverContractsIn } from '../../../pipelines/contractFiles';
import { repositoryRoot } from '../../../settings/repositoryRoot';

/** Files that may name columns of a source, or columns that bronze alone has; each with its reason. */
const ALLOWED: readonly [RegExp, string][] = [
  [/^pipelines\/nem\/contracts\/(?:silver\/)?\w+\.yaml$/, 'the contracts themselves'],
  [/^pipelines\/nem\/demo\//, 'the demo site writes files as the market operator does'],
  [/^bench\//, 'benches write files as the market operator does'],
  [/^pipelines\/nem\/reference\//, 'reference tables have contracts with other publishers, and share names'],
  [/^pipelines\/nem\/gates\//, 'an expectation names the column that it is about'],
  [/^dbt\/.*\.yml$/, 'descriptions for people'],
  [/^test\//, 'tests and their fixtures'],
];

const CODE = /\.(ts|js|py|sql|json|ya?ml|sh)$/;
const root = repositoryRoot();
const NEM = path.join(root, 'pipelines', 'nem');

function namesToKeep(): string[] {
  const contracts = contractsIn(NEM);
  const reference = fs.readFileSync(path.join(root, 'spark/currents_spark/pipelines/nem/tables.py'), 'utf8');
  const inSilver = new Set([
    ...silverContractsIn(NEM).flatMap(({ columns }) => columns.map(({ name }) => name)),
    ...[...reference.matchAll(/"(\w+)"/g)].map(([, name]) => name!),
  ]);
  const typed = contracts.flatMap(({ columns }) => columns);
  return [
    ...new Set([
      ...typed.map(({ sourceColumn }) => sourceColumn),
      ...contracts.flatMap(({ carriedColumns }) => carriedColumns),
      ...typed.map(({ name }) => name).filter((name) => !inSilver.has(name)),
    ]),
  ];
}

/** Comments may speak of a column; code that does would be a second place to change. */
function withoutComments(file: string, text: string): string {
  if (file.endsWith('.py')) return text.replace(/"""[\s\S]*?"""/g, '').replace(/#.*$/gm, '');
  if (file.endsWith('.sql')) return text.replace(/--.*$/gm, '');
  if (/\.[jt]s$/.test(file)) return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
  return text;
}

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => CODE.test(file) && fs.existsSync(path.join(root, file)));

describe('a column of a stream', () => {
  const names = namesToKeep();
  const pattern = new RegExp(`(?<![\\w.])(${names.join('|')})(?!\\w)`, 'g');
  const found = files.flatMap((file) => {
    const text = withoutComments(file, fs.readFileSync(path.join(root, file), 'utf8'));
    const inFile = [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))];
    return inFile.length > 0 ? [{ file, inFile }] : [];
  });

  it('is named by its contract alone, and where a reason is given', () => {
    expect(names).toEqual(expect.arrayContaining(['SCADAVALUE', 'run_no', 'last_changed_at_nem']));
    const elsewhere = found.filter(({ file }) => !ALLOWED.some(([place]) => place.test(file)));
    // `TYPE` is a word of SQL too: Spark's statement changes a column's type.
    const outside = elsewhere.filter(({ inFile }) => inFile.join() !== 'TYPE');
    expect(outside).toEqual([]);
  });

  it.each(ALLOWED)('%s is a place that needs the names still: %s', (place) => {
    expect(found.filter(({ file }) => place.test(file))).not.toEqual([]);
  });
});

/** A rule names a column or two of a table; more of them in one file are its list, said a second time. */
const NAMED_BY_RULES = 2;
const ENGINE = /^(?:spark|core|activities|clients|nessie|trino|stack|workflows|workers|cli)\/.*\.(?:py|ts)$/;
const OF_PIPELINE = /^pipelines\/nem\/(?!demo\/|reference\/).*\.ts$/;

describe('the columns of a table', () => {
  const streams = contractsIn(NEM);
  const ofStreams = new Set(streams.flatMap(({ columns }) => columns.map(({ name }) => name)));
  const tables = [
    ...streams.map(({ bronze, columns }) => ({ table: bronze, columns })),
    ...silverContractsIn(NEM),
  ].map(({ table, columns }) => ({
    table,
    names: columns.filter(({ keyPosition }) => keyPosition === null).map(({ name }) => name),
  }));

  it.each(tables)('are listed by its contract alone: $table', ({ names }) => {
    const wanted = names.filter((name) => ofStreams.has(name));
    expect(wanted.length).toBeGreaterThan(0);
    const word = new RegExp(`\\b(?:${wanted.join('|')})\\b`, 'g');
    const listed = files
      .filter((file) => ENGINE.test(file) || OF_PIPELINE.test(file))
      .map((file) => {
        const text = withoutComments(file, fs.readFileSync(path.join(root, file), 'utf8'));
        return { file, found: [...new Set(text.match(word) ?? [])] };
      });
    expect(listed.length).toBeGreaterThan(100);
    expect(listed.filter(({ found }) => found.length > NAMED_BY_RULES)).toEqual([]);
  });
});
