import { CancellationScope, executeChild, ParentClosePolicy, workflowInfo } from '@temporalio/workflow';
import { failureOf, show, untilResumed, type Backfill, type Span } from './backfillParts';
import { ingestRange } from './ingestRange';
import { waiting } from './proxyOptions';

/** The newest files go one by one into Kafka, before the source takes them off its listing. */
export async function publishCurrent({ settings, progress }: Backfill, { from, to }: Span): Promise<void> {
  await untilResumed(progress);
  try {
    const { refine } = await executeChild(ingestRange, {
      workflowId: `${workflowInfo().workflowId}/current`,
      args: [
        { pipeline: settings.pipeline, from, to, branch: settings.target, verify: false, refine: false },
      ],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `${settings.pipeline}: newest files from ${from}`,
    });
    // A child started by an older release has refined by itself.
    if (refine) progress.currentDone(refine.records);
  } catch (failed) {
    progress.currentFailed(failureOf({ from, to }, failed));
  }
}

/**
 * A live run, because a held lane keeps it waiting: an operator run would retry the held batch without a
 * decision. Requested even if a file failed, since the others are in Kafka. A cancelled backfill does not
 * wait for it: the turn is shared and stays queued.
 */
export async function refineCurrent({ settings, progress }: Backfill, span: Span): Promise<void> {
  if (progress.isCurrentDone()) return;
  show(progress, 'newest files are in Kafka and wait for their run');
  const request = {
    pipeline: settings.pipeline,
    branch: settings.target,
    kind: 'live' as const,
    requestedBy: workflowInfo().workflowId,
  };
  try {
    const { records } = await Promise.race([
      waiting.requestTurnResult(request),
      CancellationScope.current().cancelRequested,
    ]);
    progress.currentDone(records);
  } catch (failed) {
    progress.currentFailed(failureOf(span, failed));
    progress.currentDone(0);
  }
}
