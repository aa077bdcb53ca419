import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { savedQueryFiles } from '../../../../cli/support/savedQueryFiles';
import { findPipelines } from '../../../../pipelines/folders';
import { repositoryRoot } from '../../../../settings/repositoryRoot';

interface Model {
  name: string;
  description?: string;
  columns?: { name: string; description?: string; data_type?: string }[];
}

const everyPipeline = findPipelines([path.join(repositoryRoot(), 'test', 'pipelines')]);
const models = filesUnder(path.join(repositoryRoot(), 'dbt', 'models'));
const described = models
  .filter((file) => file.endsWith('.yml'))
  .flatMap((file) => (parse(fs.readFileSync(file, 'utf8')) as { models?: Model[] }).models ?? []);
const queries = [
  ...savedQueryFiles([...everyPipeline.keys()], (name) => everyPipeline.get(name)!.filesFolder).values(),
];

function filesUnder(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => fs.statSync(file).isFile());
}

describe('the dbt project', () => {
  it('describes every model', () => {
    const written = models
      .filter((file) => file.endsWith('.sql'))
      .map((file) => path.basename(file, '.sql'))
      .sort();
    expect(described.map((model) => model.name).sort()).toEqual(written);
  });

  it.each(described.map((model) => [model.name, model] as const))(
    'states the grain and describes each column of %s',
    (_, model) => {
      expect(model.description).toMatch(/one row per/);
      expect((model.columns ?? []).length).toBeGreaterThan(0);
      expect((model.columns ?? []).filter((column) => !column.description)).toEqual([]);
    },
  );
});

describe('the saved queries', () => {
  it.each(queries.map((file) => [path.basename(file), file] as const))(
    '%s says what it answers and which units it uses',
    (_, file) => {
      const head = fs
        .readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /^-- \w+: /.test(line));
      expect(head.map((line) => line.split(':')[0])).toEqual(['-- title', '-- answers', '-- columns']);
    },
  );

  it.each(queries.map((file) => [path.basename(file), file] as const))(
    '%s names no catalog, so that it runs on any branch',
    (_, file) => {
      expect(fs.readFileSync(file, 'utf8')).not.toMatch(/\b(lake|slot_\d)\.\w+/);
    },
  );
});
