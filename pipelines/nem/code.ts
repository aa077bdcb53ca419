import type { PipelineCode } from '../../core/source';
import type { Config } from '../../settings/config';
import { notifySolarShares } from './notifications';
import { createNemSource } from './source/source';

export const code: PipelineCode<Config> = {
  createSource: createNemSource,
  notify: notifySolarShares,
  referenceFiles: { units: 'unit-csv', regions: 'region-csv', limits: 'limits-csv' },
  checkpointPath: (config) => config.CRC_CHECKPOINT_PATH,
};
