import path from 'node:path';
import type { Command } from 'commander';
import type { DemoOptions, OpenDemo } from '../../core/demo';
import { PipelineCannotError } from '../../core/errors';
import { codeOfAny } from '../../pipelines/registry';
import { readConfig } from '../../settings/config';
import { portsFrom, PORT_SPAN } from '../../settings/ports';
import { demoStage, sayWhereNext } from '../support/demoStage';
import { say } from '../support/output';
import { runOwn, type OwnRun } from '../support/ownCommand';

export function register(program: Command): void {
  program
    .command('demo')
    .summary('the whole system on a little data')
    .description(
      'Starts a stack of its own, fills it and asks the lake about it. `nem`: serves two hours of market ' +
        'files over HTTP, ingests, refines and merges them. `iot`: sends two minutes of telemetry. Compares ' +
        'every count with what was sent.',
    )
    .argument('[pipeline]', 'the pipeline to show', 'nem')
    .option('--data <folder>', 'nem: serve real published files from this folder instead of simulated ones')
    .option('--live', "nem: use the market operator's public site")
    .option('--stop', 'stop the stack at the end')
    .action(demo);
}

async function demo(pipeline: string, options: DemoOptions & { stop?: boolean }): Promise<void> {
  const config = readConfig();
  const base = config.CURRENTS_PORT_BASE + PORT_SPAN;
  const home = path.join(config.home, 'demo');
  const opened = await openDemo(pipeline, options, portsFrom(base).site);
  const environment = {
    ...{ CURRENTS_HOME: home, CURRENTS_PORT_BASE: String(base), CURRENTS_PIPELINES: pipeline },
    ...{ CURRENTS_SIMULATED: String(opened.isSimulated), ...opened.environment },
  };
  const own: OwnRun = { environment, say };
  say(
    opened.isSimulated
      ? 'The data of this demo is SIMULATED; its lake is apart from every other.'
      : `The data of this demo is real: ${opened.source}`,
  );
  try {
    await runOwn(own, ['down', '--volumes', '--yes']);
    await runOwn(own, ['up']);
    const isRight = await opened.play(demoStage(own, home));
    sayWhereNext(own, opened);
    process.exitCode = isRight ? 0 : 1;
  } finally {
    await opened.close?.();
    if (options.stop) await runOwn(own, ['down']);
  }
}

/** @throws UnknownPipelineError, PipelineCannotError */
async function openDemo(pipeline: string, options: DemoOptions, sitePort: number): Promise<OpenDemo> {
  const found = await codeOfAny(pipeline).demo?.();
  if (!found) throw new PipelineCannotError(pipeline, 'be shown by a demo');
  return found.open(options, sitePort);
}
