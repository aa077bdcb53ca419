import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { savedQueryFiles } from '../../../../cli/support/savedQueryFiles';
import { findPipelines } from '../../../../pipelines/folders';
import { enabledOf } from '../../../../pipelines/registry';
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

describe('the times of the project', () => {
  const { vars } = parse(fs.readFileSync(path.join(repositoryRoot(), 'dbt', 'dbt_project.yml'), 'utf8')) as {
    vars: { changed_time: Record<string, Record<string, unknown>> };
  };
  const enabled = enabledOf({ pipelines: ['nem', 'iot'], pipelineFolders: [] });

  it.each(Object.entries(vars.changed_time))('are those of the definition of %s', (name, declared) => {
    const { tables, time } = enabled.get(name)!.pipeline;
    const ranged = tables.filter((table) => table.name.startsWith(`${name}_gold.`) && table.time);
    expect(ranged.length).toBeGreaterThan(1);
    for (const { time: column, partition } of ranged)
      expect({
        column: declared['column'],
        kind: declared['kind'] === 'event' ? 'event' : 'intervalEnd',
        clock: declared['clock'],
        partition: declared['partition'],
        utcOffset_ms: Number(declared['utc_offset_minutes']) * 60_000,
        dayStart_ms: Number(declared['day_start_minutes']) * 60_000,
      }).toEqual({ ...column, partition, ...time });
  });

  it('select the same models by name as a run of telemetry does', () => {
    const { selectors } = parse(
      fs.readFileSync(path.join(repositoryRoot(), 'dbt', 'selectors.yml'), 'utf8'),
    ) as { selectors: { name: string; definition: { method: string; value: string } }[] };
    const { definition } = selectors.find(({ name }) => name === 'iot_analytics')!;
    expect([`${definition.method}:${definition.value}`]).toEqual(enabled.get('iot')!.pipeline.gold.dbtSelect);
  });
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
