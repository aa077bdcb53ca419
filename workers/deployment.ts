import type { ConnectionLike } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { createHash } from 'node:crypto';
import { TASK_QUEUES } from '../core/ids';
import { PollerWatch, type LastAsked } from './pollerWatch';

export const DEPLOYMENT = 'currents';
/** An idle worker polls once a minute; one that has not polled for this long is gone. */
const GONE_AFTER_MS = 90_000;
const NOT_FOUND = 5;
const PAGE_RUNS = 1_000;

/**
 * `<release>-<12 hex>`: the second part changes with the workflow code, which must not change under a run.
 */
export function buildIdOf(release: string, workflowCode: string): string {
  return `${release}-${createHash('sha256').update(workflowCode).digest('hex').slice(0, 12)}`;
}

/** A run stays on the version that started it; workflows that outlive a release override this. */
export function deploymentOptions(buildId: string): WorkerDeploymentOptions {
  return {
    useWorkerVersioning: true,
    version: { deploymentName: DEPLOYMENT, buildId },
    defaultVersioningBehavior: 'PINNED',
  };
}

/** A version in Temporal. */
export interface WorkerVersion {
  buildId: string;
  isCurrent: boolean;
  /**
   * One of its workers has polled within 90 s. For display only: it is false for every version right after a
   * restart of Temporal.
   */
  isAlive: boolean;
  /** Whether it ever got new runs. */
  wasCurrent: boolean;
}

/** What a pass of `takeOver` changed. */
export interface Takeover {
  /** The version that got new runs before, or null without a change. */
  from: string | null;
  /** Runs moved here from versions whose workers are gone. */
  moved: string[];
}

/** The deployment in Temporal at one moment. */
interface Description {
  versions: Omit<WorkerVersion, 'isAlive'>[];
  lastAsked: LastAsked;
  conflictToken: Uint8Array;
}

/**
 * The worker versions of a namespace, and how a new one takes over. One for the life of a process: it
 * remembers the pollers.
 */
export class Deployment {
  private readonly watch: PollerWatch;

  constructor(
    private readonly connection: ConnectionLike,
    private readonly namespace: string,
    private readonly goneAfter_ms = GONE_AFTER_MS,
  ) {
    this.watch = new PollerWatch(goneAfter_ms);
  }

  /** Every version Temporal knows; empty before the first worker has polled. */
  async versions(): Promise<WorkerVersion[]> {
    const { versions, lastAsked } = await this.describe();
    return versions.map((version) => ({
      ...version,
      isAlive: Date.now() - (lastAsked.get(version.buildId) ?? 0) < this.goneAfter_ms,
    }));
  }

  /**
   * Gives new runs to `buildId` when it is new, or when the current version has no worker left. Moves runs
   * here whose version has no worker, so that none waits without a limit. A version counts as gone after 90 s
   * of passes without a failure, so the first pass after a restart of Temporal takes nothing. A restarted old
   * version takes nothing from a living newer one. Undefined while Temporal does not know `buildId` yet; to
   * be repeated.
   */
  async takeOver(buildId: string): Promise<Takeover | undefined> {
    try {
      return await this.pass(buildId);
    } catch (error) {
      this.watch.forget();
      throw error;
    }
  }

  private async pass(buildId: string): Promise<Takeover | undefined> {
    const { versions, lastAsked, conflictToken } = await this.describe();
    const others = versions.map((version) => version.buildId).filter((other) => other !== buildId);
    const gone = this.watch.gone(buildId, others, lastAsked);
    const own = versions.find((version) => version.buildId === buildId);
    if (!own) return undefined;
    const current = versions.find(({ isCurrent }) => isCurrent)?.buildId;
    const isDue = !own.isCurrent && (!own.wasCurrent || current === undefined || gone.includes(current));
    if (isDue) {
      await this.connection.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: this.namespace,
        deploymentName: DEPLOYMENT,
        buildId,
        conflictToken,
        ignoreMissingTaskQueues: true,
      });
    }
    return {
      from: isDue ? (current ?? '') : null,
      moved: isDue || own.isCurrent ? await this.move(gone, buildId) : [],
    };
  }

  /** Running workflows of a version. */
  async openRuns(buildId: string): Promise<number> {
    const { count } = await this.connection.workflowService.countWorkflowExecutions({
      namespace: this.namespace,
      query: runningOn(buildId),
    });
    return Number(count);
  }

  private async describe(): Promise<Description> {
    const found = await this.connection.workflowService
      .describeWorkerDeployment({ namespace: this.namespace, deploymentName: DEPLOYMENT })
      .catch(absentAsNull);
    const { routingConfig, versionSummaries } = found?.workerDeploymentInfo ?? {};
    const current = routingConfig?.currentDeploymentVersion?.buildId;
    const versions = (versionSummaries ?? []).map(({ deploymentVersion, lastCurrentTime }) => {
      const buildId = deploymentVersion?.buildId ?? '';
      return { buildId, isCurrent: buildId === current, wasCurrent: Boolean(lastCurrentTime) };
    });
    return {
      versions,
      lastAsked: versions.length > 0 ? await this.lastAsked() : new Map(),
      conflictToken: found?.conflictToken ?? new Uint8Array(),
    };
  }

  private async lastAsked(): Promise<LastAsked> {
    const { pollers } = await this.connection.workflowService.describeTaskQueue({
      namespace: this.namespace,
      taskQueue: { name: TASK_QUEUES.control },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    });
    const last = new Map<string, number>();
    for (const { deploymentOptions: options, lastAccessTime: time } of pollers ?? []) {
      const [buildId, asked_ms] = [
        options?.buildId ?? '',
        Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1e6),
      ];
      last.set(buildId, Math.max(asked_ms, last.get(buildId) ?? 0));
    }
    return last;
  }

  /** The next step of each run goes to `buildId`, which it belongs to from then on. */
  private async move(gone: string[], buildId: string): Promise<string[]> {
    const moved: string[] = [];
    for (const old of gone) {
      for (const execution of await this.runsOn(old)) {
        if (await this.moveRun(execution, buildId)) moved.push(execution.workflowId ?? '');
      }
    }
    return moved;
  }

  /** All of them, read before any is moved: a moved run leaves the list, and pages would shift. */
  private async runsOn(buildId: string): Promise<temporal.api.common.v1.IWorkflowExecution[]> {
    const runs: temporal.api.common.v1.IWorkflowExecution[] = [];
    for (let token: Uint8Array | undefined; ;) {
      const { executions, nextPageToken } = await this.connection.workflowService.listWorkflowExecutions({
        namespace: this.namespace,
        query: runningOn(buildId),
        pageSize: PAGE_RUNS,
        nextPageToken: token,
      });
      runs.push(...(executions ?? []).flatMap(({ execution }) => (execution ? [execution] : [])));
      if (!nextPageToken?.length) return runs;
      token = nextPageToken;
    }
  }

  private async moveRun(
    workflowExecution: temporal.api.common.v1.IWorkflowExecution,
    buildId: string,
  ): Promise<boolean> {
    const targetDeploymentVersion = { deploymentName: DEPLOYMENT, buildId };
    const answer = await this.connection.workflowService
      .updateWorkflowExecutionOptions({
        namespace: this.namespace,
        workflowExecution,
        updateMask: { paths: ['versioning_override'] },
        workflowExecutionOptions: { versioningOverride: { oneTime: { targetDeploymentVersion } } },
      })
      .catch(absentAsNull);
    return answer !== null;
  }
}

function runningOn(buildId: string): string {
  return `ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = '${DEPLOYMENT}:${buildId}'`;
}

/** A deployment that no worker has polled, or a run that has ended since it was listed. */
function absentAsNull(error: unknown): null {
  if ((error as { code?: number }).code === NOT_FOUND) return null;
  throw error;
}
