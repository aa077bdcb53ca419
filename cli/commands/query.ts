import { Option, type Command } from 'commander';
import { readConfig } from '../../settings/config';
import { catalogOfBranch } from '../../core/ids';
import { TrinoClient, type QueryResult } from '../../trino/client';
import { table } from '../support/output';
import { savedQuery } from '../support/savedQueries';

type Format = 'table' | 'csv' | 'json';

export function register(program: Command): void {
  program
    .command('query <sql>')
    .summary('ask the lake in SQL')
    .description(
      "Runs SQL on the branch's catalog (lake, or NESSIE_BRANCH's) as a read-only analyst. With @name runs the saved query trino/queries/<name>.sql.\n" +
        'Example: currents query "select region_id, demand_mw from nem_gold.region_interval order by trading_interval desc limit 5"',
    )
    .addOption(
      new Option(
        '--format <format>',
        'table, csv or json (default: table on a terminal, csv in a pipe)',
      ).choices(['table', 'csv', 'json']),
    )
    .option('--max-rows <n>', 'most rows printed', '100000')
    .action(async (sql: string, options: { format?: Format; maxRows: string }) => {
      const config = readConfig();
      const trino = new TrinoClient({
        server: config.trinoUrl,
        user: 'analyst',
        source: 'currents-query',
        catalog: catalogOfBranch(config.NESSIE_BRANCH),
      });
      const result = await trino.runQuery(sql.startsWith('@') ? await savedQuery(sql.slice(1), trino) : sql, {
        maxRows: Number(options.maxRows),
      });
      process.stdout.write(format(result, options.format ?? (process.stdout.isTTY ? 'table' : 'csv')));
    });
}

/** JSON is a list of objects, one a row, keyed by column name. */
function format({ columns, rows }: QueryResult, as: Format): string {
  const names = columns.map(({ name }) => name);
  if (as === 'json')
    return `${JSON.stringify(
      rows.map((row) => Object.fromEntries(row.map((cell, index) => [names[index], cell]))),
      null,
      2,
    )}\n`;
  const cells = rows.map((row) =>
    row.map((cell) =>
      cell !== null && typeof cell === 'object' ? JSON.stringify(cell) : (cell as string | number | null),
    ),
  );
  if (as === 'table') return names.length === 0 ? '' : `${table(names, cells)}\n(${rows.length} rows)\n`;
  return [names, ...cells]
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n');
}

function csvCell(cell: string | number | null): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
