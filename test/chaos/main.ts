import os from 'node:os';
import path from 'node:path';
import { followProxies } from '../../clients/http/followProxies';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { differences, readSums } from './checksums';
import { daysOf } from './days';
import { NessieClient } from '../../nessie/client';
import { Reader } from './reader';
import { referenceFor, type Reference } from './reference';
import { reportsOf, withTelemetry, writeReport } from './report';
import { appendResult, readResults } from './results';
import { openSession, type Session } from './session';
import { runTrial, type TrialResult } from './trialRun';
import { describeFault, trialsOf, type Trial } from './trials';
import { victimsOfTelemetry } from './victims';

// As bin/currents.js does: the AWS SDK warns of Node versions it will drop.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const DEFAULT_SEED = 20261121;
const DEFAULT_TELEMETRY_SEED = 20261130;
const DEFAULT_PORT_BASE = 27_230;
const PORTS_APART = 1_000;

/**
 * `make chaos SEED=... TRIALS=... PART=1/2 TELEMETRY=1`: the trials of the seed that have no result yet, then
 * the page with all results of all seeds. Two parts may run side by side. With TELEMETRY, telemetry flows
 * through every trial, and the services that it needs are killed too.
 */
async function main(): Promise<void> {
  await followProxies();
  const telemetry = Boolean(process.env.TELEMETRY);
  const seed = Number(process.env.SEED || (telemetry ? DEFAULT_TELEMETRY_SEED : DEFAULT_SEED));
  const all = trialsOf(seed, telemetry ? victimsOfTelemetry() : []);
  const wanted = all.slice(0, Number(process.env.TRIALS || all.length));
  const folder = path.join(repositoryRoot(), 'test', 'chaos', 'results');
  const resultsFile = path.join(folder, `${seed}.jsonl`);
  const results = readResults(resultsFile);
  if (results.length > 0 && withTelemetry(results) !== telemetry)
    throw new Error(
      `seed ${seed}: expected no results of the other form (TELEMETRY), found ${results.length}`,
    );
  const known = new Set(results.map(({ number }) => number));
  const [part, parts] = (process.env.PART || '1/1').split('/').map(Number) as [number, number];
  const open = wanted.filter(
    ({ number }) =>
      !known.has(number) &&
      number % parts === part - 1 &&
      (!process.env.ONLY || describeFault(all[number]!.fault).includes(process.env.ONLY)),
  );
  if (open.length > 0) await runAll({ seed, telemetry, part }, wanted.length, open, resultsFile);
  writeReport(reportsOf(folder));
  process.exitCode = readResults(resultsFile).some(({ status }) => status === 'failed') ? 1 : 0;
}

async function runAll(
  { seed, telemetry, part }: { seed: number; telemetry: boolean; part: number },
  count: number,
  open: Trial[],
  resultsFile: string,
): Promise<void> {
  const home = process.env.CHAOS_HOME || path.join(os.tmpdir(), `currents-chaos-${part}`);
  const options = {
    home,
    portBase: Number(process.env.CURRENTS_PORT_BASE || DEFAULT_PORT_BASE) + (part - 1) * PORTS_APART,
    seed,
  };
  say(`${open.length} of ${count} trials of seed ${seed} to do; first the undisturbed run`);
  const reference = await referenceFor(
    path.join(os.tmpdir(), `currents-chaos-reference-${seed}.json`),
    open,
    options,
  );
  say(
    `undisturbed: ${Object.keys(reference.sums).length} tables, ${Object.keys(reference.intervals).length} intervals`,
  );
  const session = await openSession({ ...options, telemetry, disturbed: true });
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const reader = new Reader(session.trino, new NessieClient(session.stack.nessieUrl), reference.intervals);
  reader.start();
  try {
    const done: TrialResult[] = [];
    for (const trial of open) {
      if (interrupt.signal.aborted) break;
      say(`trial ${trial.number}: ${describeFault(trial.fault)}`);
      const result = await runTrial(session, trial, reference, reader);
      appendResult(resultsFile, result);
      tell(result);
      done.push(result);
    }
    await checkWholeLake(session, reference, open, done);
  } finally {
    await reader.stop();
    await session.close();
  }
}

/**
 * At the end once more every day that was disturbed: a later trial must not have changed an earlier one's
 * rows.
 */
async function checkWholeLake(
  { stack, trino }: Session,
  reference: Reference,
  trials: readonly Trial[],
  done: readonly TrialResult[],
): Promise<void> {
  await stack.untilHealthy();
  const sound = new Set(
    done.filter(({ status }) => status === 'passed' || status === 'missed').map(({ number }) => number),
  );
  const days = trials.filter(({ number }) => sound.has(number)).flatMap(daysOf);
  const wrong = differences(await readSums(trino, days), reference.sums, days);
  say(
    wrong.length === 0
      ? `whole lake equal to the undisturbed run: ${days.length} days, every table`
      : `WHOLE LAKE DIFFERS\n${wrong.join('\n')}`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}

function tell({ number, status, seconds, done, problems, failures, reader }: TrialResult): void {
  say(
    `trial ${number}: ${status} after ${seconds} s; ${done.join('; ')}; reader ${reader.looks} looks, ` +
      `${reader.unanswered} unanswered, ${reader.acrossCommits.length} across commits`,
  );
  for (const line of [
    ...problems,
    ...reader.violations.map((each) => `reader: ${each}`),
    ...failures.map((each) => `asked again after ${each}`),
  ])
    say(`    ${line}`);
}

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
