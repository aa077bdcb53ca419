import path from 'node:path';
import type { StreamColumn, StreamContract } from '../core/contract/contract';
import { contractsIn } from '../pipelines/contractFiles';
import { findPipelines } from '../pipelines/folders';

/** The page of columns of each pipeline of this repository, by its path. */
export function columnsPages(): Record<string, string> {
  return Object.fromEntries(
    [...findPipelines([])].map(([name, { filesFolder }]) => [
      path.posix.join('docs', 'pipelines', name, 'columns.md'),
      columnsPage(name, contractsIn(filesFolder)),
    ]),
  );
}

function columnsPage(pipeline: string, contracts: readonly StreamContract[]): string {
  return [
    `# Columns of ${pipeline}`,
    '',
    `Made from the contracts in \`pipelines/${pipeline}/contracts\` by \`make docs\`; do not edit. One`,
    'contract describes one topic and its bronze table. Columns of origin, which every bronze table has,',
    'are in [tables.md](../../tables.md).',
    '',
    ...contracts.flatMap(section),
  ].join('\n');
}

function section(contract: StreamContract): string[] {
  const { title, bronze, topic, sourceTables, columns, carriedColumns } = contract;
  return [
    `## ${title}`,
    '',
    contract.purpose,
    '',
    `- Table: \`${bronze}\`, ${contract.grain}.`,
    `- Topic: \`${topic}\`.`,
    ...(sourceTables.length > 0
      ? [`- Source: ${sourceTables.map((name) => `\`${name}\``).join(', ')}.`]
      : []),
    `- Newest version: the greatest of ${contract.versionOrder.map((name) => `\`${name}\``).join(', ')}, in`,
    '  this order.',
    `- Future: ${futureOf(contract)}.`,
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

function futureOf({ futureTolerance_ms: tolerance_ms }: StreamContract): string {
  if (tolerance_ms === null) return 'rows speak of any time after their file was made';
  return `a row speaks of at most ${tolerance_ms / 60_000} minutes after its file was made`;
}

function row(column: StreamColumn): string {
  const { name, physicalType, unit, sourceColumn, required, mayBeAbsent, keyPosition, allowed } = column;
  const words = [
    column.description,
    ...(keyPosition === null ? [] : [`key ${keyPosition}`]),
    ...(allowed?.severity === 'error' ? [`other values than ${allowed.values.join(', ')} are rejected`] : []),
  ];
  const empty = required ? 'never' : mayBeAbsent ? 'may be; files may be without it' : 'may be';
  return `| \`${name}\` | ${physicalType} | ${unit ?? ''} | \`${sourceColumn}\` | ${empty} | ${words.join('; ').replaceAll('|', '\\|')} |`;
}
