import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const ROOT = repositoryRoot();
const FOLDERS = [
  ...['activities', 'bench', 'cli', 'clients', 'core', 'dbt', 'docs', 'nessie', 'pipelines', 'settings'],
  ...['spark', 'stack', 'test', 'trino', 'workers', 'workflows'],
].join('|');
/** A path from the root, in a comment, a hint or a message. Patterns are none, nor is a part of a path. */
const PATH = new RegExp(
  String.raw`(?<![\w./*<>{}$-])((?:${FOLDERS})/[\w./-]+\.(?:ts|py|sql|md|json|ya?ml|sh|xml|in|txt))\b`,
  'g',
);

describe('files that code names in comments, hints and messages', () => {
  const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.(ts|py|sql|yml|yaml|sh|mjs)$/.test(file) && !file.startsWith('test/'))
    .filter((file) => existsSync(join(ROOT, file)));
  const named = sources.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(PATH)].map(([, target]) => ({
      file,
      target: target!,
    })),
  );

  it('are found', () => {
    expect(named.length).toBeGreaterThan(20);
  });

  it('exist', () => {
    const missing = named.filter(({ target }) => !existsSync(join(ROOT, target)));
    expect(missing.map(({ file, target }) => `${file}: ${target}`)).toEqual([]);
  });
});
