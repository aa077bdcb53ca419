import { runKey, type RunIdentity } from '../core/ids';
import { DAY_MS } from '../core/interval';
import type { NessieClient } from './client';
import { UnauditedCommitError, UndeclaredChangesError, type NessieConflictDetail } from './errors';
import type { At, Change, Commit } from './model';

/**
 * Commit property with the run's key; it finds a merge again after its answer was lost. Up to 0.1.0 it held
 * only the run id, which two pipelines may share.
 */
export const RUN_ID_PROPERTY = 'currents.run-id';
export const PIPELINE_PROPERTY = 'currents.pipeline';

/** More than a day of five-minute runs: mostly one page is enough. */
const PAGE_COMMITS = 500;
/** The clocks of the worker and of Nessie's machine may differ. */
const CLOCK_SLACK_MS = 2 * DAY_MS;
/** A decision on dead letters has no time in its id. It repeats its steps within minutes. */
const UNDATED_SINCE_MS = 7 * DAY_MS;

export interface PublishRequest extends RunIdentity {
  /** Branch that was audited, such as `slot_1`. */
  branch: string;
  auditedHash: string;
  /** Commit of `into` on which the branch was built; the declared outputs are checked against it. */
  baseHash: string;
  into: string;
  /** Dotted names of the tables (or, with a trailing `.*`, of the schemas) this run may change. */
  declaredOutputs: string[];
  message: string;
  /** Ranges, verdict and the like; the run's key and its pipeline are added here. */
  properties?: Record<string, string>;
}

export type PublishOutcome = 'applied' | 'alreadyApplied' | 'nothingToMerge' | 'conflict';

export interface PublishResult {
  outcome: PublishOutcome;
  /** The commit of `into` that holds the run's tables; null only on a conflict. */
  mergeHash: string | null;
  changedKeys: string[];
  conflicts: NessieConflictDetail[];
}

/** Changed tables that are not among the outputs; namespaces made on the way don't count. */
export function undeclaredChanges(diff: Change[], declaredOutputs: string[]): string[] {
  return diff
    .filter(isTable)
    .map((change) => change.key)
    .filter((key) => !declaredOutputs.some((output) => covers(output, key)));
}

function covers(output: string, key: string): boolean {
  return output.endsWith('.*') ? key.startsWith(output.slice(0, -1)) : key === output;
}

function isTable(change: Change): boolean {
  return (change.to ?? change.from)?.type !== 'NAMESPACE';
}

/** The newest commit made for this run, if any: reads the history back to the time of the run's request. */
export async function findMergeOfRun(
  client: NessieClient,
  branch: string,
  run: RunIdentity,
): Promise<Commit | undefined> {
  const oldest_ms = requestedAt(run.runId) - CLOCK_SLACK_MS;
  for (let at: At = { name: branch }; ;) {
    const commits = await client.log(at, { max: PAGE_COMMITS });
    const found = commits.find(({ properties }) => isOfRun(properties, run));
    const last = commits.at(-1);
    const [before] = last?.parents ?? [];
    if (found || commits.length < PAGE_COMMITS || before === undefined) return found;
    if (Date.parse(last?.committed_at ?? '') < oldest_ms) return undefined;
    at = { name: branch, hash: before };
  }
}

/** Run ids begin with the time of their request, those of evidence too. */
function requestedAt(runId: string): number {
  const [, date, hours, minutes] = /^(\d{8})T(\d\d)(\d\d)\d\dZ/.exec(runId) ?? [];
  if (date === undefined) return Date.now() - UNDATED_SINCE_MS;
  return Date.parse(`${date.replace(/^(\d{4})(\d\d)/, '$1-$2-')}T${hours}:${minutes}:00Z`);
}

function isOfRun(properties: Commit['properties'], run: RunIdentity): boolean {
  const named = properties[RUN_ID_PROPERTY];
  return named === runKey(run) || (named === run.runId && properties[PIPELINE_PROPERTY] === run.pipeline);
}

/**
 * Publishes exactly the audited commit. May be repeated: a run found in the target's history is not merged
 * again, so a lost answer does no harm. A conflict is a result; the caller replays the run.
 *
 * @throws UnauditedCommitError when the branch moved since the audit; UndeclaredChangesError; errors of the
 * client.
 */
export async function publishAuditedHash(
  client: NessieClient,
  request: PublishRequest,
): Promise<PublishResult> {
  const earlier = await findMergeOfRun(client, request.into, request);
  if (earlier) return alreadyApplied(earlier.hash);
  const changedKeys = await preflight(client, request);
  if (request.auditedHash === request.baseHash)
    return { outcome: 'nothingToMerge', mergeHash: request.baseHash, changedKeys, conflicts: [] };
  const merged = await client.merge({
    from: request.branch,
    fromHash: request.auditedHash,
    into: request.into,
    expectedIntoHash: request.baseHash,
    message: request.message,
    properties: {
      ...request.properties,
      [PIPELINE_PROPERTY]: request.pipeline,
      [RUN_ID_PROPERTY]: runKey(request),
    },
  });
  if (merged.wasApplied)
    return { outcome: 'applied', mergeHash: merged.resultantTargetHash, changedKeys, conflicts: [] };
  if (merged.wasSuccessful) return alreadyApplied((await client.getReference(request.into)).hash);
  return conflictUnlessPublished(client, request, {
    outcome: 'conflict',
    mergeHash: null,
    changedKeys,
    conflicts: merged.conflicts,
  });
}

/** The conflict may be with our own earlier attempt, whose merge arrived between our two reads. */
async function conflictUnlessPublished(
  client: NessieClient,
  request: PublishRequest,
  conflict: PublishResult,
): Promise<PublishResult> {
  const own = await findMergeOfRun(client, request.into, request);
  return own ? alreadyApplied(own.hash) : conflict;
}

function alreadyApplied(mergeHash: string): PublishResult {
  return { outcome: 'alreadyApplied', mergeHash, changedKeys: [], conflicts: [] };
}

async function preflight(client: NessieClient, request: PublishRequest): Promise<string[]> {
  const head = await client.getReference(request.branch);
  if (head.hash !== request.auditedHash)
    throw new UnauditedCommitError(request.branch, request.auditedHash, head.hash);
  const diff = await client.diff(
    { name: request.into, hash: request.baseHash },
    { name: request.branch, hash: request.auditedHash },
  );
  const undeclared = undeclaredChanges(diff, request.declaredOutputs);
  if (undeclared.length > 0)
    throw new UndeclaredChangesError(request.branch, undeclared, request.declaredOutputs);
  return diff.map((change) => change.key);
}
