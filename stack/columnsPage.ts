import path from 'node:path';
import type { StreamColumn, StreamContract } from '../core/contract/contract';
import type { SilverColumn, SilverContract } from '../core/contract/silverContract';
import { DAY_MS } from '../core/interval';
import { contractsIn, silverContractsIn } from '../pipelines/contractFiles';
import { findPipelines } from '../pipelines/folders';

/** As every page of the documents is wrapped. */
const COLUMNS = 100;

/** The page of columns of each pipeline of this repository, by its path. */
export function columnsPages(): Record<string, string> {
  return Object.fromEntries(
    [...findPipelines([])].map(([name, { filesFolder }]) => [
      path.posix.join('docs', 'pipelines', name, 'columns.md'),
      columnsPage(name, contractsIn(filesFolder), silverContractsIn(filesFolder)),
    ]),
  );
}

function columnsPage(
  pipeline: string,
  contracts: readonly StreamContract[],
  silver: readonly SilverContract[],
): string {
  return [
    `# Columns of ${pipeline}`,
    '',
    ...wrapped(
      `Made from the contracts in \`pipelines/${pipeline}/contracts\` by \`make docs\`; do not edit. One ` +
        'contract describes one topic and its bronze table, or one silver table. Columns of origin, which ' +
        'every bronze table has, are in [tables.md](../../tables.md).',
    ),
    '',
    ...contracts.flatMap(section),
    ...silver.flatMap(silverSection),
  ].join('\n');
}

function silverSection({ title, purpose, table, grain, columns }: SilverContract): string[] {
  return [
    `## ${title}`,
    '',
    ...wrapped(purpose),
    '',
    ...wrapped(`- Table: \`${table}\`, ${grain}.`),
    '',
    '| column | type | unit | from | content |',
    '|---|---|---|---|---|',
    ...columns.map(silverRow),
    '',
  ];
}

function silverRow({ name, physicalType, unit, sources, keyPosition, description }: SilverColumn): string {
  const words = [description, ...(keyPosition === null ? [] : [`key ${keyPosition}`])];
  return `| \`${name}\` | ${physicalType} | ${unit ?? ''} | ${listed(sources)} | ${cell(words)} |`;
}

function cell(words: readonly string[]): string {
  return words.join('; ').replaceAll('|', '\\|');
}

function section(contract: StreamContract): string[] {
  const { title, bronze, topic, sourceTables, columns, carriedColumns } = contract;
  return [
    `## ${title}`,
    '',
    ...wrapped(contract.purpose),
    '',
    ...wrapped(`- Table: \`${bronze}\`, ${contract.grain}.`),
    ...wrapped(`- Topic: \`${topic}\`.`),
    ...(sourceTables.length > 0 ? wrapped(`- Source: ${listed(sourceTables)}.`) : []),
    ...wrapped(`- Newest version: the greatest of ${listed(contract.versionOrder)}, in this order.`),
    ...wrapped(`- Future: ${futureOf(contract)}.`),
    ...pastOf(contract),
    ...(carriedColumns.length > 0
      ? [`- Further columns of the source, as text in \`extra\`: ${carriedColumns.length}.`]
      : []),
    '',
    '| column | type | unit | in the source | empty | content |',
    '|---|---|---|---|---|---|',
    ...columns.map(row),
    '',
  ];
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** Lines of a paragraph or list entry. */
function wrapped(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)!}${lines.at(-1) === '' ? '' : ' '}${word}`;
    if (line.length <= COLUMNS) lines[lines.length - 1] = line;
    else lines.push(`${text.startsWith('- ') ? '  ' : ''}${word}`);
  }
  return lines;
}

function futureOf({ futureTolerance_ms: tolerance_ms, sourceTables }: StreamContract): string {
  const made = sourceTables.length > 0 ? 'file' : 'record';
  if (tolerance_ms === null) return `rows speak of any time after their ${made} was made`;
  return `a row speaks of at most ${tolerance_ms / 60_000} minutes after its ${made} was made`;
}

function pastOf({ pastTolerance_ms: tolerance_ms }: StreamContract): string[] {
  if (tolerance_ms === null) return [];
  return [`- Past: a row speaks of at most ${tolerance_ms / DAY_MS} days before its record was made.`];
}

/** Limits of a number, in words. */
function limitsOf({ minimum, maximum }: StreamColumn): string[] {
  if (minimum !== null && maximum !== null) return [`from ${minimum} to ${maximum}`];
  if (minimum !== null) return [`${minimum} or more`];
  return maximum === null ? [] : [`${maximum} or less`];
}

function row(column: StreamColumn): string {
  const { name, physicalType, unit, sourceColumn, required, mayBeAbsent, keyPosition, allowed } = column;
  const words = [
    column.description,
    ...(keyPosition === null ? [] : [`key ${keyPosition}`]),
    ...limitsOf(column),
    ...(allowed?.severity === 'error' ? [`other values than ${allowed.values.join(', ')} are rejected`] : []),
  ];
  const empty = required ? 'never' : mayBeAbsent ? 'may be; files may be without it' : 'may be';
  return `| \`${name}\` | ${physicalType} | ${unit ?? ''} | \`${sourceColumn}\` | ${empty} | ${cell(words)} |`;
}
