import { Option, type Command } from 'commander';
import { ownCatalog } from '../../activities/branches/support/ownCatalog';
import { NessieClient } from '../../nessie/client';
import { readConfig, type Config } from '../../settings/config';
import { TrinoClient, type Page } from '../../trino/client';
import { InvalidArgumentError } from '../support/errors';
import { say } from '../support/output';
import { printRows } from '../support/printRows';
import { rowFormat, type Format } from '../support/rowFormats';
import { savedQuery } from '../support/savedQueries';
import { onStdoutClosed, writeOut } from '../support/stdout';

/** Trino has a limit of its own, which it reports; ours must not come first. */
const LONGEST_MS = 24 * 3_600_000;
const INTERRUPTED = { SIGINT: 130, SIGTERM: 143 } as const;

interface QueryCommand {
  format?: Format;
  limit?: string;
}

export function register(program: Command): void {
  program
    .command('query <sql>')
    .summary('ask the lake in SQL')
    .description(
      "Runs SQL on the branch's catalog (lake, or NESSIE_BRANCH's) as a read-only analyst and " +
        'writes every row as it comes. With @pipeline/name runs a saved query; @name does where ' +
        'only one has it.\n' +
        'Example: currents query "select region_id, demand_mw from nem_gold.region_interval order ' +
        'by trading_interval desc limit 5"',
    )
    .addOption(
      new Option(
        '--format <format>',
        'table, csv or json (default: table on a terminal, csv in a pipe)',
      ).choices(['table', 'csv', 'json']),
    )
    .option('--limit <rows>', 'most rows written; says so when there are more (default: all)')
    .action((sql: string, options: QueryCommand) => query(sql, options));
}

async function query(text: string, options: QueryCommand): Promise<void> {
  const limit = limitOf(options.limit);
  const config = readConfig();
  const trino = new TrinoClient({
    server: config.trinoUrl,
    user: 'analyst',
    source: 'currents-query',
    catalog: await shownCatalog(config),
  });
  const sql = text.startsWith('@') ? await savedQuery(text.slice(1), trino) : text;
  const format = rowFormat(options.format ?? (process.stdout.isTTY ? 'table' : 'csv'));
  const { isCut } = await untilStopped(async (signal) =>
    printRows(pagesOf(trino, sql, signal), format, limit, (piece) => writeOut(piece, signal)),
  );
  if (isCut) say(`cut after ${limit} rows by --limit: there are more`);
}

/** An analyst may not make the catalog of a branch that has none yet. */
function shownCatalog(config: Config): Promise<string> {
  const trino = new TrinoClient({ server: config.trinoUrl, user: 'currents', source: 'currents-query' });
  return ownCatalog({ config, trino, nessie: new NessieClient(config.nessieUrl) }, config.NESSIE_BRANCH);
}

function pagesOf(trino: TrinoClient, sql: string, signal: AbortSignal): AsyncGenerator<Page> {
  return trino.pages(sql, { signal, timeout_ms: LONGEST_MS });
}

/** Ctrl-C and a closed stdout end the query in Trino before the command. */
async function untilStopped<T extends { isCut: boolean }>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | { isCut: false }> {
  const stop = new AbortController();
  onStdoutClosed(() => stop.abort());
  const interrupt = (name: keyof typeof INTERRUPTED) => () => {
    process.exitCode = INTERRUPTED[name];
    stop.abort();
  };
  const [onInt, onTerm] = [interrupt('SIGINT'), interrupt('SIGTERM')];
  process.once('SIGINT', onInt).once('SIGTERM', onTerm);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    if (process.exitCode) say('interrupted; the query was ended in Trino');
    return { isCut: false };
  } finally {
    process.removeListener('SIGINT', onInt).removeListener('SIGTERM', onTerm);
  }
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new InvalidArgumentError('--limit', 'a number of rows from 1', text);
  return Number(text);
}
