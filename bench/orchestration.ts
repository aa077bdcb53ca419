import type { Client } from '@temporalio/client';
import { refineWorkflowId } from '../core/ids';
import type { RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import { detail, figure, median, type Detail, type Figure } from './report';

const SHARE_AIM = 0.03;

/** When an activity's worker had it, from start to completion. */
interface Span {
  from_ms: number;
  to_ms: number;
}

/**
 * A run from its workflow's start to its end, and what of it no activity was at work: Temporal's part, and
 * waiting for a worker.
 */
interface Shares {
  wall_ms: number;
  idle_ms: number;
  steps: number;
}

/** What of a refine run's time is neither Spark's, nor Trino's, nor any other activity's. */
export async function orchestrationFigure(
  client: Client,
  pipeline: string,
  runs: readonly RefineResult[],
): Promise<Figure> {
  const shares = await Promise.all(
    runs.map(({ runId }) => sharesOf(client, refineWorkflowId(pipeline, runId))),
  );
  return figure(
    'b',
    {
      name: "Temporal's share of a refine run",
      value: median(shares.map(({ wall_ms, idle_ms }) => idle_ms / wall_ms)),
      unit: '',
    },
    { at_most: SHARE_AIM },
    [
      detail('per run', median(shares.map(({ idle_ms }) => idle_ms)) / 1000, 's'),
      detail('per activity', median(shares.map(({ idle_ms, steps }) => idle_ms / steps)) / 1000, 's'),
      detail('activities in a run', median(shares.map(({ steps }) => steps)), ''),
    ],
    [
      `medians of ${runs.length} runs, from their histories: the time in which no activity was between ` +
        'its start and its completion',
    ],
  );
}

async function sharesOf(client: Client, workflowId: string): Promise<Shares> {
  const { events = [] } = await client.workflow.getHandle(workflowId).fetchHistory();
  const at_ms = (time: { seconds?: unknown; nanos?: unknown } | null | undefined): number =>
    Number(time?.seconds ?? 0) * 1000 + Number(time?.nanos ?? 0) / 1e6;
  const all = events ?? [];
  const started = new Map(
    all.flatMap(({ eventId, eventTime, activityTaskStartedEventAttributes: it }) =>
      it ? [[String(eventId), at_ms(eventTime)] as const] : [],
    ),
  );
  const spans = all.flatMap(({ eventTime, activityTaskCompletedEventAttributes: it }) =>
    it ? [{ from_ms: started.get(String(it.startedEventId))!, to_ms: at_ms(eventTime) }] : [],
  );
  const wall_ms = at_ms(all.at(-1)?.eventTime) - at_ms(all[0]?.eventTime);
  return { wall_ms, idle_ms: wall_ms - covered_ms(spans), steps: spans.length };
}

/** Length of the union of spans: activities that run at the same time count once. */
export function covered_ms(spans: readonly Span[]): number {
  let covered = 0;
  let end_ms = -Infinity;
  for (const { from_ms, to_ms } of [...spans].sort((a, b) => a.from_ms - b.from_ms)) {
    covered += Math.max(0, to_ms - Math.max(from_ms, end_ms));
    end_ms = Math.max(end_ms, to_ms);
  }
  return covered;
}

/** Seconds that all runs of a kind spent in each step, and which runs those were. */
export async function stepsOfKind(
  client: Client,
  kind: string,
): Promise<{ steps: Detail[]; runIds: string[] }> {
  const sums = new Map<string, number>();
  const runIds: string[] = [];
  const query =
    `WorkflowType = 'refineBatch' AND ${Attributes.runKind.name} = '${kind}' ` +
    "AND ExecutionStatus = 'Completed'";
  for await (const { workflowId } of client.workflow.list({ query })) {
    const { durations_ms, runId } = (await client.workflow.getHandle(workflowId).result()) as RefineResult;
    runIds.push(runId);
    for (const [step, ms] of Object.entries(durations_ms)) sums.set(step, (sums.get(step) ?? 0) + ms);
  }
  return { steps: [...sums].map(([step, ms]) => detail(`step ${step}, all chunks`, ms / 1000, 's')), runIds };
}
