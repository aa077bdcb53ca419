import type { StartProgress } from '../../stack/startStack';
import { say } from './output';

/** One plain line per change, with the time since the start. */
export function progressSince(started_ms: number): StartProgress {
  const line = (name: string, text: string): void =>
    say(`${((Date.now() - started_ms) / 1000).toFixed(1).padStart(6)} s  ${name.padEnd(10)} ${text}`);
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
