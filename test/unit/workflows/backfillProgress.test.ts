import { backfillSettings } from '../../../core/backfill';
import { BackfillProgress } from '../../../workflows/backfillProgress';

const PLAN = {
  planUri: 's3://x',
  chunks: 1,
  archives: 1,
  archive_bytes: 1,
  reports: {},
  current: { from: '2026-01-07T00:00:00Z', to: '2026-01-07T01:00:00Z' },
};

describe('the progress of a backfill', () => {
  it('is not whole while the newest files wait for their run, though every chunk is merged', () => {
    const progress = new BackfillProgress(
      backfillSettings({ pipeline: 'nem', from: '2026-01-01', to: '2026-01-08' }),
    );
    progress.planned(PLAN);
    progress.chunkMerged({ records: 10, deadLetters: 0, took_ms: 1000 });
    expect(progress.state()).toMatchObject({ status: 'running', percent: 99, current_done: false });
    progress.currentDone(5);
    expect(progress.state()).toMatchObject({ status: 'done', percent: 100, records: 15 });
  });
});
