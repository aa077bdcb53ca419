import type { ConnectionLike } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { createHash } from 'node:crypto';
import { TASK_QUEUES } from '../core/ids';

export const DEPLOYMENT = 'currents';
/** A worker that waits for work asks again once a minute; one that has not for this long is gone. */
const GONE_AFTER_MS = 90_000;
const NOT_FOUND = 5;
const MOST_MOVED = 1_000;

/** `<release>-<12 hex>`: the second part changes with the workflow code, which is what must not change under a run. */
export function buildIdOf(release: string, workflowCode: string): string {
  return `${release}-${createHash('sha256').update(workflowCode).digest('hex').slice(0, 12)}`;
}

/** A run stays on the version that began it; workflows that outlive a release say otherwise themselves. */
export function deploymentOptions(buildId: string): WorkerDeploymentOptions {
  return { useWorkerVersioning: true, version: { deploymentName: DEPLOYMENT, buildId }, defaultVersioningBehavior: 'PINNED' };
}

/** A version as Temporal knows it. */
export interface WorkerVersion {
  buildId: string;
  isCurrent: boolean;
  /** A worker of it has asked for work within 90 s. */
  isAlive: boolean;
  /** Whether it ever got new runs. */
  wasCurrent: boolean;
}

/** What a pass of `takeOver` changed. */
export interface Takeover {
  /** The version that got new runs before, or null when it stays as it was. */
  from: string | null;
  /** Runs moved here from versions whose workers are gone. */
  moved: string[];
}

/** The worker versions of a namespace, and how a new one takes over. */
export class Deployment {
  constructor(private readonly connection: ConnectionLike, private readonly namespace: string, private readonly goneAfter_ms = GONE_AFTER_MS) {}

  /** Every version Temporal knows; empty before the first worker has asked for work. */
  async versions(): Promise<WorkerVersion[]> {
    return (await this.describe()).versions;
  }

  /**
   * Gives new runs to `buildId` when it is new, or when nobody is left of the version that has them, and moves runs here
   * whose version has no worker any more, so that none waits for ever. An old version that is started again takes
   * nothing from a living newer one. Undefined while Temporal does not know `buildId` yet; may be repeated.
   */
  async takeOver(buildId: string): Promise<Takeover | undefined> {
    const { versions, conflictToken } = await this.describe();
    const own = versions.find((version) => version.buildId === buildId);
    if (!own) return undefined;
    const current = versions.find(({ isCurrent }) => isCurrent);
    const isDue = !own.isCurrent && (!own.wasCurrent || !current?.isAlive);
    if (isDue) {
      await this.connection.workflowService.setWorkerDeploymentCurrentVersion({ namespace: this.namespace, deploymentName: DEPLOYMENT, buildId, conflictToken, ignoreMissingTaskQueues: true });
    }
    const isCurrent = isDue || own.isCurrent;
    const gone = versions.filter((version) => isCurrent && version.buildId !== buildId && !version.isAlive).map((version) => version.buildId);
    return { from: isDue ? (current?.buildId ?? '') : null, moved: await this.move(gone, buildId) };
  }

  /** Runs under way that belong to a version. */
  async openRuns(buildId: string): Promise<number> {
    const { count } = await this.connection.workflowService.countWorkflowExecutions({ namespace: this.namespace, query: runningOn(buildId) });
    return Number(count);
  }

  private async describe(): Promise<{ versions: WorkerVersion[]; conflictToken: Uint8Array }> {
    const service = this.connection.workflowService;
    const found = await service.describeWorkerDeployment({ namespace: this.namespace, deploymentName: DEPLOYMENT }).catch(absentAsNull);
    const { routingConfig, versionSummaries } = found?.workerDeploymentInfo ?? {};
    const alive = versionSummaries?.length ? await this.alive() : new Set();
    const current = routingConfig?.currentDeploymentVersion?.buildId;
    const versions = (versionSummaries ?? []).map(({ deploymentVersion, lastCurrentTime }) => {
      const buildId = deploymentVersion?.buildId ?? '';
      return { buildId, isCurrent: buildId === current, isAlive: alive.has(buildId), wasCurrent: Boolean(lastCurrentTime) };
    });
    return { versions, conflictToken: found?.conflictToken ?? new Uint8Array() };
  }

  private async alive(): Promise<Set<string>> {
    const { pollers } = await this.connection.workflowService.describeTaskQueue({
      namespace: this.namespace, taskQueue: { name: TASK_QUEUES.control }, taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    });
    const recent = (pollers ?? []).filter(({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < this.goneAfter_ms);
    return new Set(recent.map(({ deploymentOptions: options }) => options?.buildId ?? ''));
  }

  /** The next step of each run goes to `buildId`, which it belongs to from then on. */
  private async move(gone: string[], buildId: string): Promise<string[]> {
    const moved: string[] = [];
    for (const old of gone) {
      const { executions } = await this.connection.workflowService.listWorkflowExecutions({ namespace: this.namespace, query: runningOn(old), pageSize: MOST_MOVED });
      for (const { execution } of executions ?? []) {
        const isMoved = await this.connection.workflowService.updateWorkflowExecutionOptions({
          namespace: this.namespace, workflowExecution: execution, updateMask: { paths: ['versioning_override'] },
          workflowExecutionOptions: { versioningOverride: { oneTime: { targetDeploymentVersion: { deploymentName: DEPLOYMENT, buildId } } } },
        }).then(() => true, absentAsNull);
        if (isMoved) moved.push(execution?.workflowId ?? '');
      }
    }
    return moved;
  }
}

function runningOn(buildId: string): string {
  return `ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = '${DEPLOYMENT}:${buildId}'`;
}

/** A deployment nobody has asked for work in, or a run that has ended since it was listed. */
function absentAsNull(error: unknown): null {
  if ((error as { code?: number }).code === NOT_FOUND) return null;
  throw error;
}
