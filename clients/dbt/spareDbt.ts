import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { installation } from '../../stack/layout';
import { dbtBaseEnvironment } from './dbtCommand';

/** Orders to a spare dbt when its work begins. */
export interface DbtOrders {
  args: string[];
  /** Its whole environment from then on. */
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/**
 * One dbt that has loaded its library and waits for orders on stdin (`dbt/spare_dbt.py`). Loading takes 3 s
 * of processor time (measured), which a spare spends before a build is wanted. Each works once, like any dbt,
 * and ends when this process does. A spare that cannot start or has died is not an error: the build then
 * starts a dbt itself.
 */
export class SpareDbt {
  private child: ChildProcess | undefined;
  private isClosed = false;

  constructor(private readonly python = installation().python) {}

  /** Starts a spare if none is running. */
  prepare(): void {
    if (this.child || this.isClosed) return;
    const child = spawn(this.python, [path.join(repositoryRoot(), 'dbt', 'spare_dbt.py')], {
      env: dbtBaseEnvironment(),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const forget = (): void => {
      if (this.child === child) this.child = undefined;
    };
    child.once('error', forget).once('exit', forget);
    child.stdin.on('error', forget);
    this.child = child;
  }

  /** Starts the spare's work and hands it out: it belongs to the caller from then on. */
  begin(orders: DbtOrders): ChildProcess | undefined {
    const child = this.handOut();
    child?.stdin?.end(`${JSON.stringify(orders)}\n`);
    return child;
  }

  /**
   * Kills the spare at once: it has begun nothing, and a loading one would notice the end of stdin only after
   * seconds.
   */
  close(): void {
    this.isClosed = true;
    this.handOut()?.kill('SIGKILL');
  }

  private handOut(): ChildProcess | undefined {
    const { child } = this;
    this.child = undefined;
    return child?.pid === undefined ? undefined : child;
  }
}
