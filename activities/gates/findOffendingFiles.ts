import type { Client } from '@temporalio/client';
import { FailedRunGoneError, RunNotHeldError } from '../../core/deadLetters/errors';
import type { BrokenRule, OffendingFile, OffendingFiles } from '../../core/gates/quarantine';
import { attributionQueries, type AttributionRequest } from '../../core/gates/attribution';
import { compileExpectation } from '../../core/gates/catalogue';
import { failedBranch } from '../../core/ids';
import { bronzeBehind, tableOf } from '../../core/pipeline';
import { touchedOf } from '../../core/touched';
import { quoteDotted } from '../../core/sqlText';
import type { NessieClient } from '../../nessie/client';
import { NessieReferenceNotFoundError } from '../../nessie/errors';
import { pipelineNamed } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import { TrinoStatementError } from '../../trino/errors';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { decisive, failedExpectations, type FailedExpectation } from './failedExpectations';
import { loadSuites } from './gateSuites';
import { targetOf } from './suiteTargets';
import type { Ask } from './suiteRun';
import { pointAt } from '../../nessie/branchMoves';
import { readHeldRun } from '../runs/support/runningWorkflows';

export interface FindOffendingFilesDeps {
  client: Client;
  nessie: NessieClient;
  trino: TrinoClient;
  store: ObjectStore;
  signal(): AbortSignal;
}

export interface OffendingInput {
  pipeline: string;
  branch: string;
  slot: string;
  runId: string;
  /** Whether the run must hold the lane. */
  mustHold: boolean;
}

export function createFindOffendingFiles(deps: FindOffendingFilesDeps) {
  return {
    /**
     * Finds which files of a failed run break the expectations that stopped it, on its kept branch, through
     * the slot. Reads only, so it may be repeated. If dbt's tests stopped the run, all its files are chosen.
     *
     * @throws RunNotHeldError, FailedRunGoneError.
     */
    async findOffendingFiles(input: OffendingInput): Promise<OffendingFiles> {
      const held = input.mustHold ? await readHeldRun(deps.client, input.pipeline, input.branch) : null;
      if (input.mustHold && held?.runId !== input.runId)
        throw new RunNotHeldError(input.runId, held?.runId ?? null);
      const branch = await showFailedBranch(deps, input);
      const failed = decisive(await failedExpectations(deps.store, input.pipeline, input.runId));
      const ask: Ask = (sql) =>
        deps.trino.runQuery(sql, {
          catalog: input.slot,
          source: 'currents-quarantine',
          signal: deps.signal(),
        });
      const found =
        failed.length > 0
          ? await Promise.all(failed.map((one) => attributed(input, one, ask)))
          : [await ofDbt(input, ask)];
      return { branch, rules: found.map(({ broken }) => broken), files: byFile(found) };
    },
  };
}

async function showFailedBranch(
  { nessie }: FindOffendingFilesDeps,
  { pipeline, runId, slot }: OffendingInput,
): Promise<string> {
  const branch = failedBranch(pipeline, runId);
  try {
    const { hash } = await nessie.getReference(branch);
    await pointAt(nessie, slot, { name: branch, hash });
    return branch;
  } catch (error) {
    if (error instanceof NessieReferenceNotFoundError)
      throw new FailedRunGoneError(runId, `its branch ${branch}`);
    throw error;
  }
}

interface Found {
  broken: BrokenRule;
  files: { sha256: string; name: string }[];
}

async function attributed(input: OffendingInput, failed: FailedExpectation, ask: Ask): Promise<Found> {
  const { rule, meta, expectation, result } = failed;
  const request = { ...requestOf(input, meta.table), offending: await offendingOf(input, failed, ask) };
  const { by, files } = await firstThatFinds(request, ask);
  const { element_count: evaluated = null, unexpected_count: unexpected = null } = result.result;
  return {
    broken: {
      rule,
      severity: expectation.severity,
      stage: meta.stage,
      table: meta.table,
      evaluated,
      unexpected,
      by,
      files: files.length,
    },
    files,
  };
}

/** No expectation of ours failed, so a dbt test did. It is about gold, which is built from all files. */
async function ofDbt(input: OffendingInput, ask: Ask): Promise<Found> {
  const { by, files } = await firstThatFinds({ ...requestOf(input, 'gold'), offending: null }, ask);
  return {
    broken: {
      rule: 'dbt tests',
      severity: 'critical',
      stage: 'gold',
      table: 'dbt',
      evaluated: null,
      unexpected: null,
      by,
      files: files.length,
    },
    files,
  };
}

function requestOf(
  { pipeline, slot, runId }: OffendingInput,
  table: string,
): Omit<AttributionRequest, 'offending'> {
  const definition = pipelineNamed(pipeline);
  return {
    catalog: slot,
    pipeline,
    runId,
    bronze: bronzeBehind(definition, table),
    keys: definition.keys,
    timeColumn: tableOf(definition, table)?.time?.column,
  };
}

/**
 * The expectation as compiled from today's suite; one that cannot be compiled, or is not about rows, names no
 * file.
 */
async function offendingOf(
  input: OffendingInput,
  { suite, meta, expectation }: FailedExpectation,
  ask: Ask,
): Promise<AttributionRequest['offending']> {
  const loaded = loadSuites(input.pipeline).find((one) => one.suite.name === suite);
  if (!loaded?.suite.meta?.currents) return null;
  try {
    const target = await targetOf(
      {
        catalog: input.slot,
        pipeline: input.pipeline,
        run: { runId: input.runId, touched: touchedOf(meta, pipelineNamed(input.pipeline)) },
      },
      loaded,
      loaded.suite.meta.currents,
      ask,
    );
    const { offending: sql } = compileExpectation(target, expectation, loaded.queries);
    return sql ? { sql, columns: await columnsOf(`(${sql})`, ask) } : null;
  } catch (error) {
    if (
      error instanceof TrinoStatementError ||
      (error as { code?: string }).code === 'GATE_EXPECTATION_NOT_APPLICABLE'
    )
      return null;
    throw error;
  }
}

async function columnsOf(from: string, ask: Ask): Promise<string[]> {
  return (await ask(`SELECT * FROM ${from} LIMIT 0`)).columns.map(({ name }) => name);
}

async function firstThatFinds(
  request: AttributionRequest,
  ask: Ask,
): Promise<Pick<Found, 'files'> & { by: BrokenRule['by'] }> {
  const keys = new Map<string, string[]>();
  for (const table of request.bronze)
    keys.set(table, await columnsOf(quoteDotted(`${request.catalog}.${table}`), ask));
  // A feed without files has none to name.
  const bronze = request.bronze.filter((table) => keys.get(table)?.includes('source_sha256'));
  if (bronze.length === 0) return { by: 'table', files: [] };
  const queries = attributionQueries({ ...request, bronze }, (table) => keys.get(table) ?? []);
  for (const { by, sql } of queries) {
    const { rows } = await ask(`${sql} ORDER BY 2`);
    const files = rows.map(([sha256, name]) => ({ sha256: String(sha256), name: String(name) }));
    if (files.length > 0) return { by, files };
  }
  return { by: 'table', files: [] };
}

function byFile(found: Found[]): OffendingFile[] {
  const files = new Map<string, OffendingFile>();
  for (const { broken, files: offending } of found) {
    for (const { sha256, name } of offending) {
      const known = files.get(sha256) ?? { name, sha256, rules: [] };
      files.set(sha256, { ...known, rules: [...known.rules, broken.rule] });
    }
  }
  return [...files.values()].sort((a, b) => a.name.localeCompare(b.name));
}
