import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChildProcessStartError } from './errors';
import { sessionIsAlive, signalSession } from './processGroup';

const POLL_MS = 50;
const PIPE_CLOSE_MS = 1_000;
const LONGEST_LINE_CHARS = 1_000_000;

export interface ChildProcessRequest {
  command: string;
  /** Visible to every user of the machine: never a secret. */
  args: string[];
  /** The whole environment of the child; it inherits nothing else. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** A child that has begun already, with the same args, env and cwd: `command` is not started then. */
  begun?: ChildProcess;
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Gets the child's stdin, to write and to end; without it the child has none. */
  onInput?: (stdin: Writable) => void;
  /** Receives the child's process id, which is also its group's and session's. */
  onStart?: (pid: number) => void;
  signal?: AbortSignal;
  /** Asks the child to end (default SIGTERM; dbt and spark-submit clean up on SIGINT). */
  interruptSignal?: 'SIGINT' | 'SIGTERM';
  /** From that request to SIGKILL (default 5000). */
  grace_ms?: number;
  /** Most characters of output kept for errors (default 20000). */
  tail_chars?: number;
}

export interface ChildProcessResult {
  /** Exit code; null when a signal ended the child. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True when `request.signal` was aborted before the child had ended by itself. */
  cancelled: boolean;
  /** Last lines of stdout and stderr, as they came. */
  tail: string;
  wall_ms: number;
}

/**
 * Runs a program in its own session and resolves only when all its processes have ended, descendants
 * included: leftovers of an ended child are ended as on cancellation. An exit code other than 0 and a
 * cancellation are results, not errors; the caller interprets them.
 *
 * @throws ChildProcessStartError when the program can't be started.
 */
export async function runChildProcess(request: ChildProcessRequest): Promise<ChildProcessResult> {
  const started_ms = performance.now();
  const tail = new OutputTail(request.tail_chars ?? 20_000);
  if (request.signal?.aborted && !request.begun)
    return { code: null, signal: null, cancelled: true, tail: '', wall_ms: 0 };
  const child = request.begun ?? (await start(request));
  request.onStart?.(child.pid as number);
  const pipesClosed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  readOutput(child, request, tail);
  const exit = await waitForExit(child, request);
  await endSession(child.pid as number, request);
  await Promise.race([pipesClosed, sleep(PIPE_CLOSE_MS, undefined, { ref: false })]);
  return { ...exit, tail: tail.toString(), wall_ms: Math.round(performance.now() - started_ms) };
}

async function start(request: ChildProcessRequest): Promise<ChildProcess> {
  const child = spawn(request.command, request.args, {
    cwd: request.cwd,
    env: request.env,
    detached: true,
    stdio: [request.onInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  if (child.stdin) request.onInput?.(child.stdin);
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', (error) => reject(new ChildProcessStartError(request.command, error)));
  });
}

function readOutput(child: ChildProcess, request: ChildProcessRequest, tail: OutputTail): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const readable = child[stream];
    if (readable)
      forEachLine(readable, (line) => {
        tail.add(line);
        request.onLine?.(line, stream);
      });
  }
}

type Exit = Pick<ChildProcessResult, 'code' | 'signal' | 'cancelled'>;

async function waitForExit(child: ChildProcess, request: ChildProcessRequest): Promise<Exit> {
  const exited = new Promise<Omit<Exit, 'cancelled'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  let cancelled = false;
  const cancel = (): void => {
    cancelled = true;
    void endSession(child.pid as number, request);
  };
  request.signal?.addEventListener('abort', cancel, { once: true });
  if (request.signal?.aborted) cancel();
  const exit = await exited;
  request.signal?.removeEventListener('abort', cancel);
  return { ...exit, cancelled };
}

/** Signals, waits `grace_ms`, kills, and waits until no process is left. Does nothing if none is left. */
async function endSession(leader: number, request: ChildProcessRequest): Promise<void> {
  if (!sessionIsAlive(leader)) return;
  signalSession(leader, request.interruptSignal ?? 'SIGTERM');
  const deadline_ms = performance.now() + (request.grace_ms ?? 5_000);
  while (sessionIsAlive(leader)) {
    if (performance.now() >= deadline_ms) signalSession(leader, 'SIGKILL');
    await sleep(POLL_MS);
  }
}

/**
 * Calls `onLine` with each line of a stream, without its end; one longer than a million characters comes in
 * pieces.
 */
function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach((line) => onLine(line.replace(/\r$/, '')));
    if (rest.length > LONGEST_LINE_CHARS) {
      onLine(rest);
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest) onLine(rest);
  });
}

/** Keeps the last lines of a child's output, bounded, for the error that may be needed. */
class OutputTail {
  private readonly lines: string[] = [];
  private size_chars = 0;

  constructor(private readonly limit_chars: number) {}

  add(line: string): void {
    const kept = line.length > this.limit_chars ? line.slice(-this.limit_chars) : line;
    this.lines.push(kept);
    this.size_chars += kept.length + 1;
    while (this.size_chars > this.limit_chars && this.lines.length > 1) this.dropOldest();
  }

  toString(): string {
    return this.lines.join('\n');
  }

  private dropOldest(): void {
    this.size_chars -= (this.lines.shift() ?? '').length + 1;
  }
}
