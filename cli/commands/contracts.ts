import type { Command } from 'commander';
import { contractChanges, type ContractChange } from '../../core/contract/changes';
import { contractsIn } from '../../pipelines/contractFiles';
import { filesFolderOf, pipelineNames } from '../../pipelines/registry';
import { contractsAt } from '../support/contractsAt';
import { ContractBreaksError } from '../support/errors';
import { printJson, say, table } from '../support/output';

interface Options {
  against: string;
  json?: boolean;
}

type PipelineChange = { pipeline: string } & ContractChange;

export function register(program: Command): void {
  const contracts = program
    .command('contracts')
    .summary('what changed in the data contracts')
    .description('Compares the data contracts of the enabled pipelines with those of a commit.');
  subcommand(contracts, 'diff', 'Lists what changed in the contracts since a commit.').action(diff);
  subcommand(
    contracts,
    'check',
    'Fails where contracts reject, or read otherwise, records that were right at a commit: for CI.',
  ).action(check);
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
async function check({ against, json }: Options): Promise<void> {
  const changes = await changesSince(against);
  print(changes, json);
  const breaking = changes.filter(({ is_breaking }) => is_breaking);
  if (breaking.length > 0) throw new ContractBreaksError(against, breaking.map(lineOf));
  say(`No contract breaks what was agreed at ${against}.`);
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
