import { createAnnounceActivities, type AnnounceDeps } from './announce';
import { createAuditActivities, type AuditDeps } from './audit';
import { atBoundary } from './boundary';
import { createBackfillActivities, type BackfillDeps } from './backfill';
import { createBranchActivities, type BranchDeps } from './branches';
import { createClaimActivities, type ClaimDeps } from './claimDeadLetters';
import { createDiscardActivities } from './discardDeadLetters';
import { createGoldActivities, type GoldDeps } from './gold';
import { createIngestActivities, type IngestDeps } from './ingest';
import { createMetadataActivities, type MetadataDeps } from './metadata';
import { createOffendingActivities, type OffendingDeps } from './offendingFiles';
import { createPlanActivities, type PlanDeps } from './planBatch';
import { createSparkActivities, type SparkDeps } from './refineTables';
import { createReloadActivities } from './reload';
import { createRepublishActivities, type RepublishDeps } from './republishDeadLetters';
import { createSettleActivities, type SettleDeps } from './settleDeadLetters';
import { createStagingActivities, type StagingDeps } from './staging';
import { createTurnActivities, type TurnDeps } from './turns';
import { createRemovalActivities, type RemovalDeps } from './unreferenced';
import { createUpkeepActivities, type UpkeepDeps } from './upkeep';

export type ActivityDeps = AnnounceDeps & AuditDeps & BackfillDeps & BranchDeps & GoldDeps & IngestDeps & MetadataDeps & PlanDeps & RemovalDeps & SparkDeps & StagingDeps & TurnDeps & UpkeepDeps
  & ClaimDeps & OffendingDeps & RepublishDeps & SettleDeps;
export type Activities = ReturnType<typeof createActivities>;

/** Every activity, with its connections given by the worker. */
export function createActivities(deps: ActivityDeps) {
  return atBoundary({
    ...createIngestActivities(deps),
    ...createBackfillActivities(deps),
    ...createStagingActivities(deps),
    ...createReloadActivities(deps),
    ...createMetadataActivities(deps),
    ...createUpkeepActivities(deps),
    ...createRemovalActivities(deps),
    ...createTurnActivities(deps),
    ...createPlanActivities(deps),
    ...createSparkActivities(deps),
    ...createBranchActivities(deps),
    ...createAuditActivities(deps),
    ...createGoldActivities(deps),
    ...createAnnounceActivities(deps),
    ...createClaimActivities(deps),
    ...createRepublishActivities(deps),
    ...createSettleActivities(deps),
    ...createDiscardActivities(deps),
    ...createOffendingActivities(deps),
  });
}
