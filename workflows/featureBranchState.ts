import type { TableReport } from '../activities/branches/support/branchReport';

/** One run on a feature branch, as its workflow remembers it. */
export interface BranchRun {
  pipeline: string;
  status: 'merged' | 'nothing_new' | 'failed';
  run_id: string | null;
  records: number;
  dead_letters: number;
  /** Why it failed: code and message. */
  failure: string | null;
  ended_at: string;
}

export type BranchStep = 'create' | 'run' | 'diff' | 'promote' | 'drop';
export type BranchStatus = 'creating' | 'open' | 'promoted' | 'dropped' | 'expired';

/** What a feature branch answers when asked, and its result. Plain JSON. */
export interface FeatureBranchState {
  branch: string;
  catalog: string | null;
  status: BranchStatus;
  /** The step in progress. */
  busy: BranchStep | null;
  /** Commit of main that it was made of, or at which it stood when it was adopted. */
  made_at_hash: string | null;
  expires_at: string;
  /** Newest first, at most ten. */
  runs: BranchRun[];
  /** Tables that differ from main's, as of the last run or `diff`; null before. */
  changes: TableReport[] | null;
  /** Main's commit after `promote`; null before, or when main held the branch already. */
  merge_hash: string | null;
  is_promoted: boolean;
  /** Commit at which the branch stood when it was dropped. */
  dropped_at_hash: string | null;
  /** The last step that failed, until one succeeds. */
  failure: string | null;
  /** All of this in words. */
  summary: string;
}

export function firstState(branch: string, expires_at: string): FeatureBranchState {
  return {
    branch,
    catalog: null,
    status: 'creating',
    busy: null,
    made_at_hash: null,
    expires_at,
    runs: [],
    changes: null,
    merge_hash: null,
    is_promoted: false,
    dropped_at_hash: null,
    failure: null,
    summary: '',
  };
}

const NEXT: Record<BranchStatus, string> = {
  creating: '',
  open: 'Updates: run, diff, promote, drop, extend',
  promoted: '',
  dropped: '',
  expired: '',
};

/** For the Temporal UI: what the branch is, its newest run, what differs, and what can be done. */
export function summaryOf(state: FeatureBranchState): string {
  const { branch, catalog, status, busy, expires_at, runs, changes, failure } = state;
  return [
    `**${status}**${busy === null ? '' : `, ${busy} in progress`}: branch ${branch}` +
      (catalog === null ? '' : `, Trino catalog ${catalog}`) +
      (status === 'open' ? `, expires ${expires_at}` : ''),
    runs[0] ? runText(runs[0]) : 'no run yet',
    ...(changes ? [changesText(changes)] : []),
    ...(state.is_promoted ? [`merged into main ${state.merge_hash?.slice(0, 12) ?? '(held already)'}`] : []),
    ...(failure === null ? [] : [`failed: ${failure}`]),
    NEXT[status],
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function runText({ pipeline, status, run_id, records, dead_letters, failure }: BranchRun): string {
  const counts = `${records} records, ${dead_letters} dead letters`;
  return `last run: ${pipeline} ${run_id ?? '-'} ${status}, ${failure ?? counts}`;
}

function changesText(changes: readonly TableReport[]): string {
  if (changes.length === 0) return 'The branch holds the same tables as main.';
  const rows = changes.map(
    ({ table, change, rows_before, rows_after }) =>
      `| ${table} | ${change} | ${rows_before ?? '-'} | ${rows_after ?? '-'} |`,
  );
  return ['| table | change | rows main | rows branch |', '|---|---|---|---|', ...rows].join('\n');
}
