import type { PipelineCode } from '../../core/source';
import { replayFiles } from './replay/replayFiles';
import { simulator } from './simulation/simulator';

export const code: PipelineCode = {
  producer: { ...simulator, replay: replayFiles },
  demo: async () => (await import('./demo/demo.js')).demo,
};
