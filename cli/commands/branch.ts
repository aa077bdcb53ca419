import type { Command } from 'commander';
import { createBranch, dropBranch, listBranches, promoteBranch, showDiff } from '../support/featureBranches';

export function register(program: Command): void {
  const branch = program
    .command('branch')
    .summary('a lake of your own to try things on')
    .description(
      'Feature branches: every table of main, free to change, merged back in one step. ' +
        'NESSIE_BRANCH=<name> points run, query, metadata load, status, runs, deadletters, ' +
        'rebuild and backfill at one.',
    );
  branch
    .command('create <name>')
    .description('Makes a branch of main and a Trino catalog for it.')
    .action((name: string) => createBranch(name));
  branch
    .command('list')
    .description('Branches of people and of failed runs.')
    .option('--json', 'print as JSON')
    .action((options: { json?: boolean }) => listBranches(options.json));
  branch
    .command('diff <name>')
    .description('Changed tables, their row counts and schemas, against main.')
    .option('--json', 'print as JSON')
    .action((name: string, options: { json?: boolean }) => showDiff(name, options.json));
  branch
    .command('promote <name>')
    .description(
      'Merges the branch into main in one step. Ends with BRANCH_CONFLICT when main changed the same tables.',
    )
    .action((name: string) => promoteBranch(name));
  branch
    .command('drop <name>')
    .description('Drops the branch and its catalog.')
    .action((name: string) => dropBranch(name));
}
