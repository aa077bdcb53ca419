import type { PipelineCode } from '../../core/source';
import { simulator } from './simulation/simulator';

export const code: PipelineCode = {
  producer: simulator,
  demo: async () => (await import('./demo/demo.js')).demo,
};
