import { ObjectStore } from '../../clients/s3/objectStore';
import { readConfig } from '../../settings/config';
import { NessieClient } from '../../nessie/client';
import type { MaintainResult } from '../../workflows/maintainLake';
import { currents, json, query, type Row } from './support/command';
import { loadFleet, mainHash, openSite, publish } from './support/market';

jest.setTimeout(600_000);

const TABLES = [
  'nem.bronze_dispatch',
  'nem.silver_dispatch_clean',
  'nem.silver_region_clean',
  'nem_gold.fact_dispatch',
  'nem_gold.region_interval',
  'nem_ops.ingest_ledger',
  'nem_ops.refine_counts',
  'nem_ops.dead_letters',
];

/** Row count and order-independent checksum of whole rows, as analysts read them on main or on a branch. */
async function checksums(branch?: { NESSIE_BRANCH: string }): Promise<Row[]> {
  const selects = await Promise.all(
    TABLES.map(async (table) => {
      const columns = (await query(`show columns from ${table}`, branch)).map(
        (row) => `"${String(row.Column)}"`,
      );
      return (
        `select '${table}' as name, count(*) as n, to_hex(checksum(row(${columns.join(', ')}))) as sum ` +
        `from ${table}`
      );
    }),
  );
  return query(`${selects.join(' union all ')} order by 1`, branch);
}

/** Of a branch that a user works on meanwhile. */
const LOOK = { NESSIE_BRANCH: 'look' };

/** A table that every run adds a file to, and how many small ones upkeep lets be. */
const GROWING = 'nem_ops.refine_counts';
const DUE = 5;

/** Of a table that no run has made yet: none. */
const filesOf = async (table: string): Promise<number> => {
  const [schema, name] = table.split('.');
  if ((await query(`show tables from ${schema} like '${name}'`)).length === 0) return 0;
  return Number((await query(`select count(*) as n from ${schema}."${name}$files"`))[0]!.n);
};

/** A file that a crashed job might have left. */
const ORPHAN = 'warehouse/orphan.parquet';

const withLakeStore = async <T>(work: (store: ObjectStore) => Promise<T>): Promise<T> => {
  const config = readConfig();
  const store = ObjectStore.connect(config, config.LAKE_BUCKET);
  return work(store).finally(() => store.close());
};

/** Files there are, whether a table refers to them or not. */
const lakeFiles = (): Promise<string[]> =>
  withLakeStore(async (store) => (await store.list('warehouse/')).map(({ key }) => key));

describe('keeping the lake', () => {
  const nessie = new NessieClient(readConfig().nessieUrl);
  const maintain = (...options: string[]): Promise<{ code: number | null; body: MaintainResult }> =>
    json<MaintainResult>(['upkeep', ...options]);

  beforeAll(async () => {
    const site = await openSite();
    // As many runs as it takes: after those of other tests there are small files enough.
    for (let runs = 0; runs < DUE && (await filesOf(GROWING)) < DUE; runs += 1) {
      const { plan, range } = publish(site, {
        fromNem: `2026-11-19 01:${String(runs * 5).padStart(2, '0')}`,
        intervals: 1,
        oddities: [],
      });
      await loadFleet(plan);
      expect((await json(['run', 'nem', ...range])).code).toBe(0);
    }
    await site.close();
  });

  it('rewrites small files through a merge, and every row stays', async () => {
    // Afterwards it alone refers to the files that are rewritten now.
    expect((await currents(['branch', 'create', LOOK.NESSIE_BRANCH])).code).toBe(0);
    await withLakeStore((store) => store.put(ORPHAN, 'unreferenced rows'));
    const [before, files] = [await checksums(), await filesOf(GROWING)];
    const { code, body } = await maintain();
    expect({ code, status: body.tables.status, removed: body.unreferenced!.removed }).toEqual({
      code: 0,
      status: 'merged',
      removed: false,
    });
    expect(await checksums()).toEqual(before);
    expect(await filesOf(GROWING)).toBeLessThan(files);
    expect(await lakeFiles()).toContain(ORPHAN);
    const [newest] = await nessie.log({ name: 'main' }, { max: 1 });
    expect(JSON.stringify(newest)).toContain('upkeep');
  });

  // This stack keeps no snapshot that was replaced before upkeep began: what was current then is taken out by
  // the next.
  it('takes out what the upkeep before replaced', async () => {
    expect((await maintain()).body.tables.status).toBe('merged');
  });

  it('run again finds nothing to rewrite, and removes what no branch needs and nothing else', async () => {
    const [before, head] = [await checksums(), await mainHash()];
    const { body } = await maintain('--remove');
    expect([body.tables.status, await mainHash()]).toEqual(['nothing_new', head]);
    expect(body.unreferenced).toMatchObject({ removed: true, files: expect.any(Number) as number });
    expect(body.unreferenced!.files).toBeGreaterThan(0);
    const left = await lakeFiles();
    expect(left).toHaveLength(body.unreferenced!.referenced_files);
    expect(left).not.toContain(ORPHAN);
    expect(await checksums()).toEqual(before);
    expect(await checksums(LOOK)).toEqual(before);
    await currents(['branch', 'drop', LOOK.NESSIE_BRANCH]);
  });
});
