import { Option, type Command } from 'commander';
import { checkedFilter, type DeadLetterFilter } from '../../core/deadLetters/filter';
import { pipelineOption } from './options';
import { InvalidArgumentError } from './errors';

/**
 * Options that choose dead letters, the same for every command; `--reason` is the operator's, so the dead
 * letter's is `--rejected`; `--refused`, its former name, works too.
 */
export interface FilterOptions {
  pipeline: string;
  rejected?: string;
  refused?: string;
  rule?: string;
  file?: string;
  topic?: string;
  stage?: string;
  from?: string;
  to?: string;
  run?: string;
  status?: string;
  limit: string;
}

export function withFilter(command: Command): Command {
  return command
    .addOption(pipelineOption())
    .option('--rejected <reason>', 'dead letters with this reason, such as scadavalue_not_a_number')
    .addOption(new Option('--refused <reason>').hideHelp())
    .option('--rule <rule>', 'the rule they broke')
    .option('--file <name>', 'the published file they come from')
    .option('--topic <topic>', 'their data topic')
    .option('--stage <stage>', 'where they were rejected: land, contract, bronze or gate')
    .option('--from <iso>', 'first seen at or after')
    .option('--to <iso>', 'first seen before')
    .option('--run <run>', 'the run that recorded them')
    .option('--status <status>', 'new, claimed, failed, repaired or discarded');
}

/**
 * @throws InvalidDeadLetterFilterError, InvalidArgumentError before any request.
 */
export function filterOf(options: FilterOptions, ids: string[] = []): DeadLetterFilter {
  limitOf(options);
  const { refused, rejected = refused, rule, file, topic, stage, from, to, run, status } = options;
  const given = {
    ids: ids.length > 0 ? ids : undefined,
    reason: rejected,
    rule,
    sourceFile: file,
    topic,
    stage,
    from,
    to,
    runId: run,
    status,
  };
  return checkedFilter(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
}

export function limitOf({ limit }: FilterOptions): number {
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('--limit', 'a positive whole number', limit);
  return count;
}
