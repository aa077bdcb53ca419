import type { WorkflowHandle } from '@temporalio/client';
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
    say(`${name}  ${((Date.now() - started_ms) / 1000).toFixed(0).padStart(4)} s  ${line}`);
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
    const metadata = (await handle.query('__temporal_workflow_metadata')) as { currentDetails?: string };
    return (
      metadata.currentDetails?.split('\n').find((line) => line.trim() !== '' && !line.startsWith('|')) ?? ''
    );
  } catch {
    return '';
  }
}
