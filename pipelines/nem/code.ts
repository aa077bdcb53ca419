import type { PipelineCode } from '../../core/source';
import type { Config } from '../../settings/config';
import { notifySolarShares } from './notifications';
import { createNemSource } from './source/source';

export const code: PipelineCode<Config> = {
  createSource: createNemSource,
  notify: notifySolarShares,
  referenceFiles: { units: 'unit-csv', regions: 'region-csv', limits: 'limits-csv' },
  demo: async () => (await import('./demo/demo.js')).demo,
  checkpointPath: (config) => config.CRC_CHECKPOINT_PATH,
};
