import type { SparkDeps } from '../clients/spark/sparkJob';
import { atBoundary } from './boundary';
import { createCompareFeatureBranch } from './branches/compareFeatureBranch';
import { createCreateFeatureBranch } from './branches/createFeatureBranch';
import { createDropFeatureBranch } from './branches/dropFeatureBranch';
import { createEndLanes } from './branches/endLanes';
import { createPromoteFeatureBranch } from './branches/promoteFeatureBranch';
import { createReadBranchHead } from './branches/readBranchHead';
import type { BranchDeps } from './branches/support/ownCatalog';
import { createBlockChunk } from './bulk/blockChunk';
import { createMeasureCompleteness, type MeasureCompletenessDeps } from './bulk/measureCompleteness';
import { createPlanBackfillRange } from './bulk/planBackfillRange';
import { createReadChunk } from './bulk/readChunk';
import { createStageLanding } from './bulk/stageLanding';
import { createStagingActivities, type StagingDeps } from './bulk/staging';
import { createClaimDeadLetters, type ClaimDeps } from './deadLetters/claimDeadLetters';
import { createDiscardDeadLetters } from './deadLetters/discardDeadLetters';
import { createRepublishActivities, type RepublishDeps } from './deadLetters/republishDeadLetters';
import { createSettleDeadLetters, type SettleDeps } from './deadLetters/settleDeadLetters';
import { createAuditActivities, type AuditDeps } from './gates/auditTables';
import { createFindOffendingFiles, type FindOffendingFilesDeps } from './gates/findOffendingFiles';
import { createGoldActivities, type GoldDeps } from './gold/buildGold';
import { createIngestActivities, type IngestDeps } from './ingest/ingest';
import { createPrepareSource, type PrepareSourceDeps } from './ingest/prepareSource';
import { createReadReference, type ReadReferenceDeps } from './reference/readReference';
import { createAnnounceRun, type AnnounceRunDeps } from './runs/announceRun';
import { createAwaitWorkflow } from './runs/awaitWorkflow';
import { createCloseRun, type CloseRunDeps } from './runs/closeRun';
import { createFindEndedWorkflows } from './runs/findEndedWorkflows';
import { createKeepFailedRun, type KeepFailedRunDeps } from './runs/keepFailedRun';
import { createLeaseSlot, type LeaseSlotDeps } from './runs/leaseSlot';
import { createOpenRun } from './runs/openRun';
import { createPlanBatch, type PlanBatchDeps } from './runs/planBatch';
import { createPointSlot } from './runs/pointSlot';
import { createPublishRun, type PublishRunDeps } from './runs/publishRun';
import { createRequestTurn } from './runs/requestTurn';
import { createRequestTurnResult, type RequestTurnResultDeps } from './runs/requestTurnResult';
import { createReturnSlot } from './runs/returnSlot';
import { createRefineTables } from './spark/refineTables';
import { createCountRows } from './upkeep/countRows';
import { createRemoveExpired, type RemoveExpiredDeps } from './upkeep/removeExpired';
import { createRemoveUnreferenced, type RemoveUnreferencedDeps } from './upkeep/removeUnreferenced';
import { createRewriteTables } from './upkeep/rewriteTables';

export type ActivityDeps = AnnounceRunDeps &
  AuditDeps &
  BranchDeps &
  ClaimDeps &
  CloseRunDeps &
  FindOffendingFilesDeps &
  GoldDeps &
  IngestDeps &
  KeepFailedRunDeps &
  LeaseSlotDeps &
  MeasureCompletenessDeps &
  PlanBatchDeps &
  PrepareSourceDeps &
  PublishRunDeps &
  ReadReferenceDeps &
  RemoveExpiredDeps &
  RemoveUnreferencedDeps &
  RepublishDeps &
  RequestTurnResultDeps &
  SettleDeps &
  SparkDeps &
  StagingDeps;
export type Activities = ReturnType<typeof createActivities>;

/** Every activity; the worker supplies the connections. Each is in the file of its name. */
export function createActivities(deps: ActivityDeps) {
  return atBoundary({
    // A file's way to Kafka.
    ...createPrepareSource(deps),
    ...createIngestActivities(deps),
    // Archives, and landed files read again.
    ...createPlanBackfillRange(deps),
    ...createMeasureCompleteness(deps),
    ...createReadChunk(deps),
    ...createStagingActivities(deps),
    ...createStageLanding(deps),
    ...createBlockChunk(deps),
    ...createReadReference(deps),
    // Turns, slots and other workflows.
    ...createRequestTurn(deps),
    ...createRequestTurnResult(deps),
    ...createAwaitWorkflow(deps),
    ...createFindEndedWorkflows(deps),
    ...createLeaseSlot(deps),
    ...createReturnSlot(deps),
    // A run, in the order of its steps.
    ...createOpenRun(deps),
    ...createPlanBatch(deps),
    ...createRefineTables(deps),
    ...createPointSlot(deps),
    ...createAuditActivities(deps),
    ...createGoldActivities(deps),
    ...createPublishRun(deps),
    ...createAnnounceRun(deps),
    ...createKeepFailedRun(deps),
    ...createCloseRun(deps),
    // Feature branches.
    ...createReadBranchHead(deps),
    ...createCreateFeatureBranch(deps),
    ...createCompareFeatureBranch(deps),
    ...createPromoteFeatureBranch(deps),
    ...createEndLanes(deps),
    ...createDropFeatureBranch(deps),
    // Upkeep.
    ...createRewriteTables(deps),
    ...createCountRows(deps),
    ...createRemoveUnreferenced(deps),
    ...createRemoveExpired(deps),
    // Dead letters and held runs.
    ...createClaimDeadLetters(deps),
    ...createRepublishActivities(deps),
    ...createSettleDeadLetters(deps),
    ...createDiscardDeadLetters(deps),
    ...createFindOffendingFiles(deps),
  });
}
