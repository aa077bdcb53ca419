import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const MOST_FILES = 8;
const root = repositoryRoot();
const page = fs.readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
const section = /### Two walks\n([\s\S]*?)\n## /.exec(page)![1]!;

const linked = (text: string): string[] =>
  [...text.matchAll(/\]\(\.\.\/([^)]+\.ts)\)/g)].map(([, file]) => file!);

function walk(name: string): string[] {
  const [, steps] = new RegExp(`${name}:\\n\\n((?:\\d\\. .*(?:\\n {3}.*)*\\n)+)`).exec(section)!;
  return linked(steps!);
}

function importsOf(file: string): string[] {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(
    ([, name]) => `${path.posix.join(path.posix.dirname(file), name!)}.ts`,
  );
}

function filesOf(folder: string): string[] {
  return fs.readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`);
}

describe.each([
  ['Run dbt', 'buildGold', ['activities/gold', 'clients/dbt', 'clients/processes']],
  ['Run gates', 'auditTables', ['activities/gates']],
])('the walk "%s"', (name, activity, folders) => {
  const files = walk(name);

  it(`begins at the activity and has at most ${MOST_FILES} files`, () => {
    expect(path.basename(files[0]!, '.ts')).toBe(activity);
    expect(files.length).toBeGreaterThan(2);
    expect(files.length).toBeLessThanOrEqual(MOST_FILES);
  });

  it('is connected: each file is imported by one before it', () => {
    files.slice(1).forEach((file, index) => {
      expect(files.slice(0, index + 1).flatMap(importsOf)).toContain(file);
    });
  });

  it('leaves out no file of its folders but errors', () => {
    const named = linked(section);
    const unnamed = folders
      .flatMap(filesOf)
      .filter((file) => !/(^|\/)errors\.ts$/.test(file) && !named.includes(file));
    expect(unnamed).toEqual([]);
  });
});
