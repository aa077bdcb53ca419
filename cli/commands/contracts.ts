import { Option, type Command } from 'commander';
import { RegistryClient } from '../../clients/registry/registryClient';
import { contractChanges, type ContractChange } from '../../core/contract/changes';
import { contractsIn } from '../../pipelines/contractFiles';
import { filesFolderOf, pipelineNames } from '../../pipelines/registry';
import { readConfig } from '../../settings/config';
import { registerContracts, subjectsToRegister } from '../../stack/registerContracts';
import { contractsAt } from '../support/contractsAt';
import { ContractBreaksError } from '../support/errors';
import { printJson, say, table } from '../support/output';
import { checkSubject, problemsOf, type SubjectCheck } from '../support/subjectCheck';
import { subjectTables } from '../support/subjectTables';

interface Options {
  against: string;
  registry?: string | true;
  json?: boolean;
}

type PipelineChange = { pipeline: string } & ContractChange;

export function register(program: Command): void {
  const contracts = program
    .command('contracts')
    .summary('what changed in the data contracts, and the schemas of a registry')
    .description(
      'Compares the data contracts of the enabled pipelines with those of a commit or of a schema registry, ' +
        'and registers them.',
    );
  subcommand(contracts, 'diff', 'Lists what changed in the contracts since a commit.').action(diff);
  subcommand(
    contracts,
    'check',
    'Fails where contracts reject, or read otherwise, records that were right at a commit, or that a schema ' +
      'registry has schemas of: for CI.',
  )
    .addOption(
      new Option(
        '--registry [url]',
        'instead: compare with a schema registry; writes nothing (default: the configured one)',
      ).conflicts('against'),
    )
    .action(check);
  contracts
    .command('push')
    .description(
      'Registers the contracts of the enabled pipelines as JSON Schema and as Protobuf, under BACKWARD.\n' +
        'Example: currents contracts push',
    )
    .option('--registry <url>', 'schema registry (default: the configured one)')
    .option('--json', 'print the ids as JSON')
    .action(push);
}

function subcommand(contracts: Command, name: string, description: string): Command {
  return contracts
    .command(name)
    .description(`${description}\nExample: currents contracts ${name} --against origin/main`)
    .option('--against <ref>', 'branch, tag or commit of Git to compare with', 'HEAD')
    .option('--json', 'print the changes as JSON');
}

async function diff({ against, json }: Options): Promise<void> {
  print(await changesSince(against), json);
}

/** @throws ContractBreaksError that names each column and rule */
async function check({ against, registry, json }: Options): Promise<void> {
  if (registry !== undefined) return checkRegistry(urlOf(registry), json);
  const changes = await changesSince(against);
  print(changes, json);
  const breaking = changes.filter(({ is_breaking }) => is_breaking);
  if (breaking.length > 0) throw new ContractBreaksError(against, breaking.map(lineOf));
  say(`No contract breaks what was agreed at ${against}.`);
}

/** @throws ContractBreaksError that names each field and rule */
async function checkRegistry(url: string, json = false): Promise<void> {
  const client = new RegistryClient(url);
  const checks: SubjectCheck[] = [];
  for (const subject of subjectsToRegister()) checks.push(await checkSubject(client, subject));
  if (json) printJson({ subjects: checks });
  else process.stdout.write(`${subjectTables(checks)}\n`);
  const problems = checks.flatMap(problemsOf);
  if (problems.length > 0) throw new ContractBreaksError(url, problems);
  say(`No schema breaks what ${url} holds.`);
}

/** @throws SchemaIncompatibleError */
async function push({ registry, json = false }: { registry?: string; json?: boolean }): Promise<void> {
  const subjects = await registerContracts(urlOf(registry));
  if (json) return printJson({ subjects });
  if (subjects.length === 0) return say('No enabled pipeline needs a schema registry.');
  const rows = subjects.map(({ subject, id }) => [subject, id]);
  process.stdout.write(`${table(['subject', 'schema id'], rows)}\n`);
}

function urlOf(registry: string | true | undefined): string {
  return typeof registry === 'string' ? registry.replace(/\/+$/, '') : readConfig().schemaRegistryUrl;
}

async function changesSince(ref: string): Promise<PipelineChange[]> {
  const all = await Promise.all(
    pipelineNames().map(async (pipeline) => {
      const folder = filesFolderOf(pipeline);
      const changes = contractChanges(await contractsAt(folder, ref), contractsIn(folder));
      return changes.map((change) => ({ pipeline, ...change }));
    }),
  );
  return all.flat();
}

function print(changes: readonly PipelineChange[], json = false): void {
  if (json) return printJson({ changes });
  if (changes.length === 0) return say('The contracts are the same.');
  const header = ['pipeline', 'topic', 'column', 'rule', 'was', 'is', 'breaks'];
  const rows = changes.map(({ pipeline, topic, column, rule, was, is, is_breaking }) => [
    pipeline,
    topic,
    column,
    rule,
    was,
    is,
    is_breaking ? 'yes' : 'no',
  ]);
  process.stdout.write(`${table(header, rows)}\n`);
}

function lineOf({ topic, column, rule, was, is }: ContractChange): string {
  return `${topic}${column === null ? '' : `.${column}`}: ${rule}, was ${was ?? 'none'}, is ${is ?? 'none'}`;
}
