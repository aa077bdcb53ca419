import type { Command } from 'commander';
import type { TextEncoding } from '../../core/reference';
import { pipelineCode, pipelineNamed } from '../../pipelines/registry';
import { loadReference } from '../support/loadReference';
import { referenceFiles } from '../support/referenceFiles';
import { reportLoad } from '../support/reportLoad';
import { encodingOption, overrideOption } from '../support/options';
import { withTemporal } from '../support/session';

interface LoadOptions {
  table: string[];
  encoding?: TextEncoding;
  override?: string;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('reference')
    .summary('reference tables of a pipeline')
    .description('Slowly changing reference tables, by the names that the pipeline declares.')
    .command('load <pipeline>')
    .description('Loads reference tables from files and refreshes what was joined from them.')
    .requiredOption('--table <name=file>', 'a reference table and its file; may be given again', collect)
    .addOption(encodingOption())
    .addOption(overrideOption())
    .option('--json', 'print the result as JSON')
    .action(load);
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** The names are checked before a stack is asked for. */
async function load(pipeline: string, { table, encoding, override, json }: LoadOptions): Promise<void> {
  const files = referenceFiles(pipelineNamed(pipeline), pipelineCode(pipeline), table);
  const loaded = await withTemporal((session) =>
    loadReference(session, { pipeline, files, encoding, override }),
  );
  reportLoad(loaded, json === true);
}
