import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { atBoundary } from '../../../activities/boundary';
import { createEndLanes } from '../../../activities/branches/endLanes';
import { createAwaitWorkflow } from '../../../activities/runs/awaitWorkflow';
import { createFindEndedWorkflows } from '../../../activities/runs/findEndedWorkflows';
import { createLeaseSlot } from '../../../activities/runs/leaseSlot';
import { createRequestTurn } from '../../../activities/runs/requestTurn';
import { createRequestTurnResult } from '../../../activities/runs/requestTurnResult';
import { createReturnSlot } from '../../../activities/runs/returnSlot';
import { BranchConflictError } from '../../../core/branches/errors';
import { failureOf } from '../../../core/failure';
import type { KafkaRange } from '../../../core/runs';
import type { SourceFile } from '../../../core/source';
import type { AuditInput, AuditResult } from '../../../core/steps';
import { releaseSlot } from '../../../workflows/messages';
import { FAILED_RULE } from '../../failedRule';

/** What a fake lake did, in order, so that tests can speak of the order of steps. */
export interface FakeLake {
  calls: string[];
  activities: Record<string, (input: never) => Promise<unknown>>;
  /** Next audits of these stages fail. */
  failGates(stage: string): void;
  conflictOnce(): void;
  /** This many audits of silver find an interval with missing units, and nothing else. */
  incompleteTimes(times: number): void;
  records: number;
  /** What planBatch was asked, and what it answers of Kafka. */
  planned: { upTo?: KafkaRange[] }[];
  /** What auditTables was asked. */
  audited: AuditInput[];
  ranges: KafkaRange[];
  /** Upkeep finds nothing to rewrite. */
  isTidy: boolean;
  /** No interval that a backfill could bring is missing on main. */
  isComplete: boolean;
  /** A feature branch meets tables that main has changed too. */
  hasBranchConflict: boolean;
  running: number;
  mostAtOnce: number;
}

const COUNTS = {
  table_name: 'nem.silver_dispatch_clean',
  rows_in: 10,
  bronze_rows: 10,
  redelivered: 0,
  inserted: 9,
  updated: 0,
  duplicates: 0,
  superseded: 0,
  dead_letters: 1,
};

const BRANCH_CHANGE = {
  table: 'nem.silver_dispatch_clean',
  change: 'changed',
  rows_before: 1,
  rows_after: 10,
  columns_added: [],
  columns_removed: [],
  columns_retyped: [],
};

const FILE: SourceFile = {
  report: 'DISPATCHSCADA',
  name: 'PUBLIC_DISPATCHSCADA_202601011005_0000000000000001.zip',
  url: 'http://127.0.0.1/x',
  interval_end_at: '2026-01-01T00:05:00Z',
  published_bytes: 1,
  published_at: null,
  required: true,
};

/** The real ones, which call lanes and slots. */
function turnActivities(client: Client): FakeLake['activities'] {
  const deps = { client, slotCount: 2, signal: () => Context.current().cancellationSignal };
  return atBoundary({
    ...createRequestTurn(deps),
    ...createRequestTurnResult(deps),
    ...createAwaitWorkflow(deps),
    ...createFindEndedWorkflows(deps),
    ...createEndLanes(deps),
    ...createLeaseSlot(deps),
    ...createReturnSlot(deps),
  }) as unknown as FakeLake['activities'];
}

/** Activities that keep a lake in memory; lanes and slots are the real ones. */
export function fakeLake(client: Client): FakeLake {
  const failing = new Set<string>();
  let conflicts = 0;
  let incomplete = 0;
  const lake: FakeLake = {
    calls: [],
    records: 10,
    planned: [],
    audited: [],
    ranges: [{ topic: 't', partition: 0, start: 0, end: 10 }],
    isTidy: false,
    isComplete: false,
    hasBranchConflict: false,
    running: 0,
    mostAtOnce: 0,
    activities: {},
    failGates: (stage) => failing.add(stage),
    conflictOnce: () => (conflicts += 1),
    incompleteTimes: (times) => (incomplete = times),
  };
  const step =
    <Input, Output>(name: string, run: (input: Input) => Output) =>
    async (input: Input): Promise<Output> => {
      lake.calls.push(name);
      return run(input);
    };
  lake.activities = {
    ...turnActivities(client),
    prepareSource: step('prepareSource', () => undefined),
    findSourceFiles: step('findSourceFiles', () => ({ files: [FILE], seen: 0, missing: [] })),
    ingestFile: step('ingestFile', () => ({
      name: FILE.name,
      status: 'published',
      reason: null,
      rows: 9,
      deadLetters: 1,
      addedColumns: [],
      missingColumns: [],
    })),
    openRun: step('openRun', () => {
      lake.running += 1;
      lake.mostAtOnce = Math.max(lake.mostAtOnce, lake.running);
      return { baseHash: 'base' };
    }),
    planBatch: step('planBatch', (input: { upTo?: KafkaRange[] }) => {
      lake.planned.push(input);
      return { ranges: lake.ranges, records: lake.records };
    }),
    refineTables: step('refineTables', () => ({
      workBranch: 'work/nem/1/1',
      headHash: 'silver',
      counts: [COUNTS],
      window: { from: '2026-01-01 00:05:00', to: '2026-01-01 00:05:00' },
      unknownUnits: 0,
      steps: [],
    })),
    pointSlot: step('pointSlot', ({ hash }: { hash: string }) => ({ hash })),
    auditTables: step('auditTables', (input: AuditInput): AuditResult => {
      lake.audited.push(input);
      const onlyIncomplete = input.stages.includes('silver') && incomplete-- > 0;
      const failed = onlyIncomplete || input.stages.some((stage) => failing.delete(stage));
      return {
        passed: !failed,
        onlyIncomplete,
        evaluated: 5,
        failed: failed ? 1 : 0,
        failures: failed ? [`${input.stages[0]}: 3 of 10 rows`] : [],
        warnings: [],
        rowsUri: 's3://x/rows',
        resultUris: [],
      };
    }),
    buildGold: step('buildGold', () => ({ headHash: 'gold', nodes: 6, passed: 6, warned: 0 })),
    publishRun: step('publishRun', () => {
      if (conflicts-- > 0)
        throw ApplicationFailure.create({
          type: 'MERGE_CONFLICT',
          message: 'both sides',
          nonRetryable: true,
        });
      conflicts = 0;
      return { mergeHash: 'merged', outcome: 'applied' };
    }),
    announceRun: step('announceRun', () => ({ messages: 5 })),
    planBackfillRange: step('planBackfillRange', () => ({
      planUri: 's3://x/plan.json',
      chunks: 1,
      archives: 1,
      archive_bytes: 1,
      current: null,
      reports: { DISPATCHSCADA: { expected: 288, present: 0, sourceGaps: 0, unavailable: 0 } },
    })),
    readChunk: step('readChunk', () => ({ from: 'day 0', to: 'day 1', archives: [{ name: 'a' }] })),
    blockChunk: step('blockChunk', () => undefined),
    stageArchive: step('stageArchive', () => ({ files: 288, quarantined: 0, records: 1000, isNew: true })),
    assembleBatch: step('assembleBatch', () => ({ manifestUri: 's3://x/chunk.json', records: 1000 })),
    rewriteTables: step('rewriteTables', () => ({
      workBranch: 'work/nem/1/1',
      headHash: 'rewritten',
      tables: [{ table_name: 'nem.bronze_dispatch', action: lake.isTidy ? 'skipped' : 'rewritten' }],
    })),
    countRows: step('countRows', () => ({ 'nem.bronze_dispatch': lake.records })),
    measureCompleteness: step('measureCompleteness', () => ({
      from: '2026-01-01T00:00:00.000Z',
      backfill: !lake.isComplete,
      reports: { DISPATCHSCADA: { expected: 288, present: 0, sourceGaps: 0, unavailable: 0 } },
    })),
    stageLanding: step('stageLanding', () => ({
      batch: { manifestUri: 's3://x/day.json', records: 1000 },
      files: 288,
      quarantined: 0,
    })),
    claimDeadLetters: step('claimDeadLetters', () => ({
      matching: 3,
      claimed: 2,
      exhausted: 0,
      busy: 0,
      remaining: 1,
      byReason: { x: 3 },
      lettersUri: 's3://x/claim',
    })),
    republishDeadLetters: step('republishDeadLetters', () => ({
      published: 1,
      refused: 1,
      outcomesUri: 's3://x/outcomes',
      marks: [],
    })),
    settleDeadLetters: step('settleDeadLetters', () => ({
      isBehind: false,
      repaired: 1,
      failed: 1,
      released: 0,
      failures: [],
    })),
    discardDeadLetters: step('discardDeadLetters', () => ({
      discarded: 2,
      remaining: 0,
      byReason: { x: 2 },
    })),
    findOffendingFiles: step('findOffendingFiles', () => ({
      branch: 'failed/nem/1',
      rules: [FAILED_RULE],
      files: [{ name: 'a.zip', sha256: 'aa', rules: ['t: missing'] }],
    })),
    removeUnreferenced: step('removeUnreferenced', () => ({
      removed: false,
      branches: 0,
      branch_sample: [],
      references: 1,
      referenced_files: 1,
      files: 0,
      bytes: 0,
      sample: [],
    })),
    removeExpired: step('removeExpired', () => ({ removed: false, files: 0, bytes: 0 })),
    readReference: step('readReference', () => ({
      tables: { units: { uri: 's3://x/units', rows: 1 } },
      sourceName: 'units.csv',
      problems: [],
      problemCount: 0,
    })),
    readBranchHead: step('readBranchHead', () => ({ hash: 'main-head' })),
    createFeatureBranch: step('createFeatureBranch', ({ branch }: { branch: string }) => ({
      hash: 'main-head',
      catalog: `branch_${branch}`,
      isNew: true,
    })),
    compareFeatureBranch: step('compareFeatureBranch', () => [BRANCH_CHANGE]),
    promoteFeatureBranch: step('promoteFeatureBranch', ({ branch }: { branch: string }) => {
      if (lake.hasBranchConflict) throw failureOf(new BranchConflictError(branch, ['nem.silver']));
      return { mergeHash: 'promoted' };
    }),
    dropFeatureBranch: step('dropFeatureBranch', () => ({ hash: 'branch-head' })),
    keepFailedRun: step('keepFailedRun', () => ({ branch: 'failed/nem/1' })),
    closeRun: step('closeRun', async ({ holder }: { holder: string }) => {
      lake.running -= 1;
      await client.workflow.getHandle('slots').executeUpdate(releaseSlot, { args: [{ holder }] });
    }),
  } as unknown as FakeLake['activities'];
  return lake;
}
