import { setCurrentDetails } from '@temporalio/workflow';
import type { RefineResult } from '../core/runs';

/** Duration of each step in workflow time, shown in the Temporal UI during the run. */
export class StepLog {
  private readonly done: { name: string; ms: number }[] = [];

  async time<T>(name: string, step: Promise<T>): Promise<T> {
    const started_ms = Date.now();
    setCurrentDetails(`${this.table()}\n| **${name}** | ... |`);
    const result = await step;
    this.done.push({ name, ms: Date.now() - started_ms });
    return result;
  }

  durations_ms(): Record<string, number> {
    return Object.fromEntries(this.done.map(({ name, ms }) => [name, ms]));
  }

  markdown(result: RefineResult): string {
    const counts = result.counts.map(
      (count) =>
        `| ${count.table_name} | ${count.rows_in} | ${count.inserted} | ${count.updated} | ` +
        `${count.duplicates} | ${count.superseded} | ${count.dead_letters} |`,
    );
    return [
      `**merged** as \`${result.mergeHash?.slice(0, 12)}\` into ${result.branch}; ` +
        `${result.gates.evaluated} expectations, ${result.gates.failed} failed`,
      '',
      '| table | rows in | inserted | updated | duplicates | superseded | dead letters |',
      '|---|---|---|---|---|---|---|',
      ...counts,
      '',
      this.table(),
      '',
      ...result.gates.warnings.map((line) => `- warning: ${line}`),
    ].join('\n');
  }

  private table(): string {
    return [
      '| step | seconds |',
      '|---|---|',
      ...this.done.map(({ name, ms }) => `| ${name} | ${(ms / 1000).toFixed(1)} |`),
    ].join('\n');
  }
}
