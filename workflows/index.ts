/** Every workflow type a worker of Currents runs. */
export { backfillRange } from './backfillRange';
export { discardDeadLetters } from './discardDeadLetters';
export { featureBranch } from './featureBranch';
export { ingestInterval } from './ingestInterval';
export { ingestRange } from './ingestRange';
export { laneCoordinator } from './laneCoordinator';
export { loadReference } from './loadReference';
/** Its name before 0.2, which scripts of operators still use. */
export { loadReference as loadMetadata } from './loadReference';
export { quarantineRun } from './quarantineRun';
export { reconcileCompleteness } from './reconcileCompleteness';
export { maintainLake } from './maintainLake';
export { removeUnreferencedFiles } from './removeUnreferencedFiles';
export { maintainTables } from './maintainTables';
export { reloadLanding } from './reloadLanding';
export { refineBatch } from './refineBatch';
export { replayDeadLetters } from './replayDeadLetters';
export { slotPool } from './slotPool';
