import path from 'node:path';
import type { Writable } from 'node:stream';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { runChildProcess, type ChildProcessResult } from '../processes/childProcess';

/** Files of one job: the spec it reads and the result it writes. */
export interface SparkOrder {
  spec: string;
  result: string;
}

/**
 * One Spark application that takes jobs in sequence (`spark/submit.py`), until it is closed, aborted, or a
 * job does not succeed.
 */
export class SparkProcess {
  readonly ended: Promise<ChildProcessResult>;
  isOver = false;
  jobs = 0;
  private stdin: Writable | undefined;
  private readonly cancelling = new AbortController();

  /** @param env its whole environment */
  constructor(python: string, env: NodeJS.ProcessEnv) {
    this.ended = runChildProcess({
      command: python,
      args: [path.join(repositoryRoot(), 'spark', 'submit.py'), '--from-stdin', '--with-parent'],
      env,
      onInput: (stdin) => (this.stdin = stdin.on('error', ignoreBrokenPipe)),
      signal: this.cancelling.signal,
      interruptSignal: 'SIGTERM',
      grace_ms: 20_000,
    }).finally(() => (this.isOver = true));
    // Waiting callers of a job get the error; a process that ends between jobs is not a failure.
    this.ended.catch(() => undefined);
  }

  run(order: SparkOrder): void {
    this.jobs += 1;
    this.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** Lets it end once its job is done. */
  close(): void {
    this.stdin?.end();
  }

  /** Ends job and process, and waits until both are gone. */
  async abort(): Promise<void> {
    this.cancelling.abort();
    await this.ended;
  }
}

/** A process that has ended says so by its exit; the pipe to it breaks a moment before. */
function ignoreBrokenPipe(): void {}
