/** Every workflow type a worker of Currents runs. */
export { ingestInterval } from './ingestInterval';
export { ingestRange } from './ingestRange';
export { laneCoordinator } from './laneCoordinator';
export { loadMetadata } from './loadMetadata';
export { refineBatch } from './refineBatch';
export { slotPool } from './slotPool';
