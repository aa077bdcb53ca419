import type { WorkflowHandle } from '@temporalio/client';
import { workflowMetadataQuery } from '@temporalio/workflow';
import type { StartProgress } from '../../stack/startStack';
import { say } from './output';

const LOOK_EVERY_MS = 2_000;

/** Follows a workflow's current details while it runs: one plain line per change. */
export async function followed<T>(handle: WorkflowHandle, name: string): Promise<T> {
  const started_ms = Date.now();
  let last = '';
  const look = async (): Promise<void> => {
    const line = await currentLine(handle);
    if (line === '' || line === last) return;
    last = line;
    say(`${name}  ${secondsSince(started_ms, 0).padStart(4)} s  ${line}`);
  };
  const looking = setInterval(() => void look(), LOOK_EVERY_MS);
  try {
    return (await handle.result()) as T;
  } finally {
    clearInterval(looking);
  }
}

/** Details come from a query, which needs a worker; without an answer nothing is printed. */
async function currentLine(handle: WorkflowHandle): Promise<string> {
  try {
    const { currentDetails } = await handle.query(workflowMetadataQuery);
    const lines = currentDetails?.split('\n') ?? [];
    return lines.find((line) => line.trim() !== '' && !line.startsWith('|')) ?? '';
  } catch {
    return '';
  }
}

/** Follows the start of services: one plain line per change, with the time since the start. */
export function progressSince(started_ms: number): StartProgress {
  const line = (name: string, text: string): void =>
    say(`${secondsSince(started_ms, 1).padStart(6)} s  ${name.padEnd(10)} ${text}`);
  return {
    changed: ({ name, state, detail, ready_ms }) => line(name, `${state}${remark(state, detail, ready_ms)}`),
    waiting: ({ name, detail }, logLine) =>
      line(name, `still starting; ${logLine === '' ? detail : `its log ends: ${logLine.slice(0, 160)}`}`),
  };
}

/** Every probe fails during the start, so failures are not printed. */
function remark(state: string, detail: string, ready_ms: number | null): string {
  if (state === 'healthy' && ready_ms !== null) return ` after ${(ready_ms / 1000).toFixed(1)} s`;
  return state === 'starting' || detail === '' ? '' : `: ${detail}`;
}

function secondsSince(started_ms: number, digits: number): string {
  return ((Date.now() - started_ms) / 1000).toFixed(digits);
}
