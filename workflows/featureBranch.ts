import {
  allHandlersFinished,
  condition,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { FeatureBranchInputError } from '../core/branches/errors';
import {
  expireDaysProblem,
  featureBranchSettings,
  workProblem,
  type FeatureBranchInput,
  type FeatureBranchSettings,
} from '../core/branches/featureBranch';
import { MAIN_BRANCH } from '../core/ids';
import { DAY_MS } from '../core/interval';
import { Attributes } from '../core/searchAttributes';
import { asFailure, failOnUserErrors } from './failures';
import { FeatureBranchLife, requireFailure } from './featureBranchLife';
import type { FeatureBranchState } from './featureBranchState';
import { compare, drop, promote, runAndCompare, type BranchRunRequest } from './featureBranchSteps';
import {
  compareBranch,
  dropBranch,
  extendBranch,
  getFeatureBranch,
  promoteBranch,
  runOnBranch,
} from './messages';
import { pipelineNamed } from './pipelines';
import { deciding, quick } from './proxyOptions';

/** A branch that could not be dropped when it expired is tried again after this. */
const EXPIRE_AGAIN_MS = 3_600_000;

/**
 * The life of a feature branch: made of main, changed by runs, compared, and then promoted or dropped by an
 * update. What is still open when its time is over is dropped. A run or merge that fails leaves the branch
 * open. Cancelling the workflow leaves the branch where it is.
 */
export async function featureBranch(input: FeatureBranchInput): Promise<FeatureBranchState> {
  const settings = failOnUserErrors(() => checked(input));
  const { branch, pipeline, expire_ms } = settings;
  upsertSearchAttributes([
    { key: Attributes.nessieBranch, value: branch },
    ...(pipeline === null ? [] : [{ key: Attributes.pipeline, value: pipeline }]),
  ]);
  const life = new FeatureBranchLife(branch, Date.now() + expire_ms);
  const created = life.step('create', () => create(life, settings));
  handleMessages(life, settings);
  await created;
  if (pipeline !== null) await firstRun(life, { pipeline, work: settings.work });
  await untilOver(life);
  await condition(allHandlersFinished);
  return life.state();
}

function checked(input: FeatureBranchInput): FeatureBranchSettings {
  const settings = featureBranchSettings(input);
  if (settings.pipeline !== null) pipelineNamed(settings.pipeline);
  return settings;
}

async function create(life: FeatureBranchLife, { branch, adopt }: FeatureBranchSettings): Promise<void> {
  const { hash } = await quick.readBranchHead({ branch: MAIN_BRANCH });
  life.created(await deciding.createFeatureBranch({ branch, fromHash: hash, adopt }));
}

function handleMessages(life: FeatureBranchLife, { pipeline, work }: FeatureBranchSettings): void {
  const whileOpen = { validator: () => life.requireOpen() };
  setHandler(getFeatureBranch, () => life.state());
  setHandler(
    runOnBranch,
    (request) => runAndCompare(life, { work, ...request, pipeline: pipelineOf(request, pipeline) }),
    { validator: (request) => requireRunnable(life, request, pipeline) },
  );
  setHandler(compareBranch, () => life.step('diff', () => compare(life)), whileOpen);
  setHandler(promoteBranch, (request) => promote(life, request?.keep ?? false), {
    validator: (_request) => life.requireOpen(),
  });
  setHandler(dropBranch, () => life.step('drop', () => drop(life, 'dropped')), whileOpen);
  setHandler(extendBranch, ({ days }) => ({ expires_at: life.expireAt(Date.now() + days * DAY_MS) }), {
    validator: (request) => {
      life.requireOpen();
      rejectIf(expireDaysProblem('days', request?.days));
    },
  });
}

type RunRequest = Partial<BranchRunRequest> | undefined;

function requireRunnable(life: FeatureBranchLife, request: RunRequest, own: string | null): void {
  life.requireOpen();
  pipelineOf(request, own);
  if (request?.work !== undefined) rejectIf(workProblem(request.work));
}

function pipelineOf(request: RunRequest, own: string | null): string {
  const name = request?.pipeline ?? own;
  rejectIf(name === null ? 'pipeline: expected the name of one, found none' : null);
  return failOnUserErrors(() => pipelineNamed(name!)).name;
}

function rejectIf(problem: string | null): void {
  if (problem !== null) throw asFailure(new FeatureBranchInputError([problem]));
}

/** Its failure is on record; the operator decides what follows. */
async function firstRun(life: FeatureBranchLife, request: BranchRunRequest): Promise<void> {
  try {
    await runAndCompare(life, request);
  } catch (error) {
    requireFailure(error);
  }
}

/** Waits for the update that ends the branch, or drops it when its time is over. */
async function untilOver(life: FeatureBranchLife): Promise<void> {
  while (!life.isOver()) {
    const { expires_ms } = life;
    const left_ms = expires_ms - Date.now();
    if (left_ms <= 0) await expire(life);
    else await condition(() => life.isOver() || life.expires_ms !== expires_ms, left_ms);
  }
}

/** After the step in progress, which may have ended the branch; or the operator has extended it meanwhile. */
async function expire(life: FeatureBranchLife): Promise<void> {
  await life.free();
  if (life.isOver() || life.expires_ms > Date.now()) return;
  try {
    await life.step('drop', () => drop(life, 'expired'));
  } catch (error) {
    requireFailure(error);
    life.expireAt(Date.now() + EXPIRE_AGAIN_MS);
  }
}

/** It lives for days and outlives releases, so it moves to a new worker version at its next step. */
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, featureBranch);
