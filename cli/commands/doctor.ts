import type { Command } from 'commander';
import { readConfig } from '../../settings/config';
import { runChecks } from '../../stack/doctor/runChecks';
import type { CheckResult, Verdict } from '../../stack/doctor/check';
import { failureOf, printJson } from '../support/output';

const MARKS: Record<Verdict, string> = { ok: '✓', bad: '✗', info: '+', skipped: '–' };

export function register(program: Command): void {
  program
    .command('doctor')
    .summary('check everything the stack needs')
    .description(
      'Checks the machine, the installation, the configuration and the running services. Each ' +
        'finding comes with one command that fixes it. Exit code 1 when something is wrong.',
    )
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  $ currents doctor --json')
    .action(doctor);
}

async function doctor(options: { json?: boolean }): Promise<void> {
  const results = await checkAll();
  const failed = results.filter(({ verdict }) => verdict === 'bad');
  if (options.json) printJson({ ok: failed.length === 0, checks: results });
  else process.stdout.write(`${report(results)}\n${conclusion(failed.length)}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** The configuration is read first of all; without it no other check can be made. */
async function checkAll(): Promise<CheckResult[]> {
  try {
    const config = readConfig();
    return [
      { name: 'Configuration', verdict: 'ok', finding: `valid; data in ${config.home}` },
      ...(await runChecks(config)),
    ];
  } catch (error) {
    const { message, hint } = failureOf(error);
    return [{ name: 'Configuration', verdict: 'bad', finding: message, fix: hint }];
  }
}

function report(results: CheckResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results
    .map(({ name, verdict, finding, fix }) => {
      const line = `${MARKS[verdict]} ${name.padEnd(width)}  ${finding}`;
      return fix === undefined ? line : `${line}\n  ${' '.repeat(width)}  → ${fix}`;
    })
    .join('\n');
}

function conclusion(failed: number): string {
  if (failed === 0) return 'All checks passed.';
  return failed === 1 ? '1 check failed.' : `${failed} checks failed.`;
}
