import fs from 'node:fs';
import path from 'node:path';
import { ReferenceModels } from '../../../../activities/gold/referenceModels';
import type { Content } from '../../../../nessie/model';
import { pipelineNamed } from '../../../../pipelines/registry';
import { repositoryRoot } from '../../../../settings/repositoryRoot';

const nem = pipelineNamed('nem');
const content = (metadataLocation: string): Content => ({ type: 'ICEBERG_TABLE', id: 'i', metadataLocation });
const lake = (regions: string, dim: string) =>
  new Map([
    ['nem.region_metadata', content(regions)],
    ['nem_gold.dim_region', content(dim)],
  ]);

describe('a model of reference tables', () => {
  const models = new ReferenceModels();

  it('is built by each process once, and then left out while its tables are as that build left them', () => {
    expect(models.unchanged(nem, lake('r1', 'd1'), 'p')).toEqual([]);
    models.keep(nem, lake('r1', 'd1'), 'p');
    expect(models.unchanged(nem, lake('r1', 'd1'), 'p')).toEqual(['dim_region']);
  });

  it.each([
    ['after a load of reference data', lake('r2', 'd1'), 'p'],
    ['on a branch where another build has made it', lake('r1', 'd2'), 'p'],
    ['after a change of the dbt project', lake('r1', 'd1'), 'q'],
    ['on an empty lake', new Map<string, Content>(), 'p'],
    ['where its table was dropped', new Map([...lake('r1', 'd1')].slice(0, 1)), 'p'],
  ])('is built again %s', (_when, contents, stamp) => {
    models.keep(nem, lake('r1', 'd1'), 'p');
    expect(models.unchanged(nem, contents, stamp)).toEqual([]);
  });
});

describe('the models that nem declares as made of reference tables', () => {
  const models = path.join(repositoryRoot(), 'dbt', 'models', 'nem');
  const sqlOf = (name: string): string =>
    fs.readFileSync(
      ['staging', 'intermediate', 'marts']
        .map((folder) => path.join(models, folder, `${name}.sql`))
        .find((file) => fs.existsSync(file))!,
      'utf8',
    );
  const sourcesOf = (name: string): string[] => {
    const sql = sqlOf(name);
    const sources = [...sql.matchAll(/source\('(\w+)', '(\w+)'\)/g)].map(
      ([, schema, table]) => `${schema}.${table}`,
    );
    return [...sources, ...[...sql.matchAll(/ref\('(\w+)'\)/g)].flatMap(([, ref]) => sourcesOf(ref!))];
  };

  it.each((nem.gold.ofReference ?? []).map((one) => [one.model, one] as const))(
    '%s reads no other table, no range of a run, and not itself',
    (model, { table, madeFrom }) => {
      expect(table).toBe(`nem_gold.${model}`);
      expect(sourcesOf(model)).toEqual(madeFrom);
      expect(sqlOf(model)).not.toMatch(/changed_range|\bthis\b|now\(\)|current_/);
      expect(sqlOf(model)).toContain("rewrites='everything'");
    },
  );

  it('are some', () => expect(nem.gold.ofReference).not.toEqual([]));
});
