import type { LoadReferenceResult } from '../../workflows/loadReference';
import type { Loaded } from './loadReference';
import { printJson, say } from './output';

/** A registration list leaves out about ten rows; more than this belongs into a file. */
const PROBLEMS_SHOWN = 20;

/** Prints what a load of reference data did. */
export function reportLoad({ result, problems }: Loaded, asJson: boolean): void {
  if (asJson) return printJson(shape(result, problems));
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) say(problem);
  if (problems.length > 0) say(summaryOf(problems));
  const rows = Object.entries(result.tables).map(([table, count]) => `${count} ${table}`);
  say(`${rows.join(', ')}; ${result.refine.status} (run ${result.refine.runId})`);
}

function summaryOf(problems: readonly string[]): string {
  const rows = (outcome: string) =>
    new Set(problems.flatMap((problem) => problem.match(`^${outcome}: .*?, line \\d+`)?.[0] ?? [])).size;
  const all = problems.length > PROBLEMS_SHOWN ? '; --json prints all' : '';
  return `${rows('left out')} rows left out, ${rows('taken')} taken with a doubt${all}`;
}

function shape(result: LoadReferenceResult, problems: string[]): Record<string, unknown> {
  return {
    status: result.refine.status,
    tables: result.tables,
    problems,
    run_id: result.refine.runId,
    merge_hash: result.refine.mergeHash,
  };
}
