import { atBoundary } from './boundary';
import { createBackfillActivities, type BackfillDeps } from './bulk/backfill';
import { createReloadActivities } from './bulk/reload';
import { createStagingActivities, type StagingDeps } from './bulk/staging';
import { createGoldActivities, type GoldDeps } from './gold/buildGold';
import { createClaimActivities, type ClaimDeps } from './deadLetters/claimDeadLetters';
import { createDiscardActivities } from './deadLetters/discardDeadLetters';
import { createOffendingActivities, type OffendingDeps } from './deadLetters/offendingFiles';
import { createRepublishActivities, type RepublishDeps } from './deadLetters/republishDeadLetters';
import { createSettleActivities, type SettleDeps } from './deadLetters/settleDeadLetters';
import { createAuditActivities, type AuditDeps } from './gates/auditTables';
import { createIngestActivities, type IngestDeps } from './ingest/ingest';
import { createMetadataActivities, type MetadataDeps } from './metadata';
import { createAnnounceActivities, type AnnounceDeps } from './runs/announce';
import { createBranchActivities, type BranchDeps } from './runs/branches';
import { createPlanActivities, type PlanDeps } from './runs/planBatch';
import { createTurnActivities, type TurnDeps } from './runs/turns';
import { createSparkActivities } from './spark/refineTables';
import type { SparkDeps } from '../clients/spark/sparkJob';
import { createRemovalActivities, type RemovalDeps } from './upkeep/unreferenced';
import { createUpkeepActivities, type UpkeepDeps } from './upkeep/upkeep';

export type ActivityDeps = AnnounceDeps &
  AuditDeps &
  BackfillDeps &
  BranchDeps &
  GoldDeps &
  IngestDeps &
  MetadataDeps &
  PlanDeps &
  RemovalDeps &
  SparkDeps &
  StagingDeps &
  TurnDeps &
  UpkeepDeps &
  ClaimDeps &
  OffendingDeps &
  RepublishDeps &
  SettleDeps;
export type Activities = ReturnType<typeof createActivities>;

/** Every activity; the worker supplies the connections. */
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
