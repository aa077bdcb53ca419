import type { Command } from 'commander';
import { readConfig, type Config } from '../../settings/config';
import { diskShortage } from '../../stack/doctor/machineChecks';
import { requireStores } from '../../stack/doctor/storeChecks';
import { startStack } from '../../stack/startStack';
import { stopStack } from '../../stack/stopStack';
import { pipelines } from '../../pipelines/registry';
import { servicesElsewhere } from '../../stack/services/elsewhere';
import { registerContracts } from '../../stack/registerContracts';
import { unaskedServices, unneededServices } from '../../stack/services/neededServices';
import { selectServices } from '../../stack/services/table';
import type { ServiceName } from '../../stack/services/definition';
import type { StackStatus } from '../../stack/status';
import { commaList } from '../support/options';
import { say } from '../support/output';
import { progressSince } from '../support/progress';

interface Options {
  only?: string;
  without?: string;
  alone?: boolean;
}

export function register(program: Command): void {
  program
    .command('up')
    .summary('start the stack')
    .description(
      'Starts every service of the stack in the background and waits until each is ready. What ' +
        'runs already is left as it is.',
    )
    .option('--only <services>', 'comma-separated: these and what they depend on')
    .option('--without <services>', 'comma-separated: all but these and what depends on them')
    .option(
      '--alone',
      'with --only: not what they depend on, which runs elsewhere at the configured addresses',
    )
    .addHelpText('after', '\nExample:\n  $ currents up --without spark,worker')
    .action(up);
}

async function up(options: Options): Promise<void> {
  const config = readConfig();
  const unneeded = options.only === undefined ? unneededServices(pipelines()) : [];
  if (unneeded.length > 0) say(`No enabled pipeline needs ${unneeded.join(' and ')}: not started.`);
  const services = servicesOf(options, config, unneeded);
  const shortage = diskShortage(config.home);
  if (shortage !== undefined) say(`Warning: ${shortage}. Writes fail when it is full.`);
  const started_ms = Date.now();
  const forget = stopOnInterrupt(config);
  const { status, already } = await startStack(config, services, progressSince(started_ms));
  forget();
  if (!already) await requireStores(config, services);
  const registries = [...services, ...servicesElsewhere(config)];
  if (registries.includes('registry')) await registerContracts(config.schemaRegistryUrl);
  if (already) say('The stack is already up. Its state: currents status');
  else say(`Ready in ${((Date.now() - started_ms) / 1000).toFixed(1)} s.`);
  process.stdout.write(`${addresses(status)}\n`);
}

function servicesOf(options: Options, config: Config, unneeded: readonly ServiceName[]): ServiceName[] {
  const unasked = options.only === undefined ? unaskedServices(pipelines()) : [];
  return selectServices({
    ...(options.only === undefined ? {} : { only: commaList(options.only) }),
    without: [...commaList(options.without ?? ''), ...unneeded, ...unasked],
    alone: options.alone === true,
    elsewhere: servicesElsewhere(config),
  });
}

/** Aligned names, addresses and the folder of all data. */
function addresses({ services, home }: StackStatus): string {
  const rows = services.filter(({ url }) => url !== null).map(({ label, url }) => [label, url!]);
  const all = [...rows, ['Data', home]];
  const width = Math.max(...all.map(([label]) => label!.length));
  return all.map(([label, value]) => `  ${label!.padEnd(width)}  ${value}`).join('\n');
}

/** The first Ctrl-C stops the started services; a second one leaves that to `currents down`. */
function stopOnInterrupt(config: Config): () => void {
  const interrupted = (): void => {
    process.once('SIGINT', () => process.exit(130));
    say('Stopping what was started ...');
    void stopStack(config).finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted);
  return () => void process.removeListener('SIGINT', interrupted);
}
