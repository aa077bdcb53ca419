import fs from 'node:fs/promises';
import path from 'node:path';
import { installation } from '../../stack/layout';
import { runChildProcess } from '../processes/childProcess';
import { docsArguments, dbtBaseEnvironment, projectOf } from './dbtCommand';
import { DbtDocsFailedError } from './errors';
import { projectStamp } from './projectStamp';

/** After a merge come gates and runs of others: the page is not urgent. */
const GENERATE_AFTER_MS = 10_000;
const MADE = 'static_index.html';
const STAMP = 'stamp';

export interface DbtDocsOptions {
  /** Where the page is kept; served by the worker. */
  folder: string;
  projectDir?: string;
  dbtCommand?: string;
  after_ms?: number;
  warn(message: string, error: unknown): void;
}

/** The page that dbt makes of a project: models, columns, tests and lineage, in one HTML file. */
export class DbtDocs {
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: DbtDocsOptions) {}

  /**
   * Makes the page again some seconds from now, where the project has changed since it was made. Nothing
   * waits for it, and a failure is a warning: the merge before it is done.
   */
  refreshLater(): void {
    if (this.timer || this.ending.signal.aborted) return;
    const { warn, after_ms = GENERATE_AFTER_MS } = this.options;
    this.timer = setTimeout(() => {
      this.refresh()
        .catch((error: unknown) => warn('could not make the pages of dbt docs', error))
        .finally(() => (this.timer = undefined));
    }, after_ms).unref();
  }

  /** @returns whether the page was made again */
  async refresh(): Promise<boolean> {
    const { folder } = this.options;
    const stamp = projectStamp(projectOf(this.options));
    if ((await this.madeOf()) === stamp) return false;
    // A worker that is being replaced may be at the same work.
    const target = path.join(folder, `target-${process.pid}`);
    try {
      if (!(await this.generate(target))) return false;
      await fs.rename(path.join(target, MADE), pageIn(folder));
      await fs.writeFile(path.join(folder, STAMP), stamp);
      return true;
    } finally {
      await fs.rm(target, { recursive: true, force: true });
    }
  }

  /** Ends a dbt that is at work. */
  close(): void {
    clearTimeout(this.timer);
    this.ending.abort();
  }

  private async madeOf(): Promise<string | null> {
    return fs.readFile(path.join(this.options.folder, STAMP), 'utf8').catch(() => null);
  }

  /**
   * From the project's files alone: no statement is sent, and no connection is made. It takes the processor
   * time that others leave.
   *
   * @returns false where it was cancelled
   */
  private async generate(targetDir: string): Promise<boolean> {
    await fs.mkdir(targetDir, { recursive: true });
    for (const args of docsArguments(projectOf(this.options), targetDir))
      if (!(await this.run(args, targetDir))) return false;
    return true;
  }

  private async run(args: string[], cwd: string): Promise<boolean> {
    const dbt = this.options.dbtCommand ?? path.join(installation().venv, 'bin', 'dbt');
    const child = await runChildProcess({
      command: 'nice',
      args: ['-n', '19', dbt, ...args],
      env: { ...dbtBaseEnvironment(), TRINO_CATALOG: 'lake' },
      cwd,
      signal: this.ending.signal,
      interruptSignal: 'SIGINT',
    });
    if (child.cancelled) return false;
    if (child.code !== 0) throw new DbtDocsFailedError(child);
    return true;
  }
}

/** The page, once it was made. */
export function pageIn(folder: string): string {
  return path.join(folder, 'index.html');
}
