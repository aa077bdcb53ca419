import type { Command } from 'commander';
import type { TextEncoding } from '../../core/reference';
import { loadReference } from '../support/loadReference';
import type { NamedFile } from '../support/referenceFiles';
import { reportLoad } from '../support/reportLoad';
import { encodingOption, overrideOption, pipelineOption } from '../support/options';
import { withTemporal } from '../support/session';

interface LoadOptions {
  unitCsv?: string;
  regionCsv?: string;
  workbook?: string;
  limitsCsv?: string;
  encoding?: TextEncoding;
  pipeline: string;
  override?: string;
  json?: boolean;
}

export function register(program: Command): void {
  const metadata = program
    .command('metadata')
    .summary('units and regions')
    .description('Slowly changing reference tables.');
  metadata
    .command('load')
    .description(
      "Loads units and regions from files, or from the source's own archive when none is given, " +
        'and refreshes what was joined from them.',
    )
    .option('--unit-csv <file>', 'units, one a line')
    .option('--region-csv <file>', 'regions, one a line')
    .option('--workbook <file>', "the market operator's registration list (xlsx)")
    .option('--limits-csv <file>', 'limits that the market sets (price cap, floor), one a line')
    .addOption(encodingOption())
    .addOption(overrideOption())
    .addOption(pipelineOption())
    .option('--json', 'print the result as JSON')
    .action(async (options: LoadOptions) => {
      const { pipeline, encoding, override } = options;
      const load = { pipeline, files: filesOf(options), encoding, override };
      reportLoad(await withTemporal((session) => loadReference(session, load)), options.json === true);
    });
}

function filesOf(options: LoadOptions): NamedFile[] {
  const given: [NamedFile['kind'], string, string | undefined][] = [
    ['unit-csv', '--unit-csv', options.unitCsv],
    ['region-csv', '--region-csv', options.regionCsv],
    ['workbook', '--workbook', options.workbook],
    ['limits-csv', '--limits-csv', options.limitsCsv],
  ];
  return given.flatMap(([kind, option, file]) => (file ? [{ kind, option, file }] : []));
}
