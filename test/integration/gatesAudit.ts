import { touchedOf } from '../../core/touched';
import { pipelineNamed } from '../../pipelines/registry';
import { audit as auditTables, type Audit } from '../../activities/gates/auditTables';
import { loadSuites } from '../../activities/gates/gateSuites';
import { problemsOf } from '../../core/gates/catalogue';
import { readSuite, type Suite } from '../../core/gates/suite';
import { GatesLake, type Unit } from './gatesLake';

/**
 * Needs Trino and Nessie with the last slot's catalog (CURRENTS_PORT_BASE, or TRINO_URL, NESSIE_URL and
 * SLOT_COUNT).
 */
export const lake = new GatesLake();
export const INTERVAL = '2025-12-27 00:05:00';
const suites = loadSuites('nem').filter(({ suite }) =>
  ['nem.bronze_dispatch', 'nem.silver_dispatch'].includes(suite.name),
);

export const units = (count: number, from = 0): Unit[] =>
  Array.from({ length: count }, (_, index) => ({
    unit_id: `UNIT${from + index}`,
    mw: index,
    fuel: 'wind',
    capacity_mw: 1000,
  }));

export async function audit(
  runId: string,
  window: { from: string; to: string } | null = { from: INTERVAL, to: INTERVAL },
  more: Partial<Parameters<typeof auditTables>[0]> = {},
): Promise<Audit> {
  return auditTables({
    suites,
    trino: lake.trino,
    catalog: lake.catalog,
    branch: lake.catalog,
    hash: await lake.head(),
    pipeline: 'nem',
    run: { runId, touched: touchedOf({ window }, pipelineNamed('nem')) },
    readHead: () => lake.head(),
    ...more,
  });
}

export async function auditOwn(expectations: unknown[], table = 'nem.silver_dispatch_clean'): Promise<Audit> {
  const read = readSuite({ name: 'own', expectations }, 'own') as { suite: Suite };
  expect(problemsOf(read.suite)).toEqual([]);
  return audit('r1', null, { suites: [{ suite: read.suite, queries: {} }], table });
}

/** Opens the lake for the tests of a file, and empties it before each. */
export function openGatesLake(): void {
  jest.setTimeout(180_000);
  beforeAll(() => lake.open(), 180_000);
  beforeEach(() => lake.empty(), 180_000);
  afterAll(() => lake.pointAtMain());
}
