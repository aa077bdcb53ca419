import { Option, type Command } from 'commander';
import { TEXT_ENCODINGS } from '../../core/reference';
import { pipelineNames } from '../../pipelines/registry';
import { InvalidArgumentError } from './errors';

/** Options that several commands take, each with one text and one meaning. */

export function pipelineOption(): Option {
  return new Option('--pipeline <name>', 'pipeline (default: the only enabled one)');
}

export function overrideOption(): Option {
  return new Option(
    '--override <reason>',
    'merge although gates or dbt tests fail; the merge commit keeps the reason',
  );
}

export function encodingOption(): Option {
  return new Option('--encoding <name>', 'how the text files were saved, when not as UTF-8').choices(
    TEXT_ENCODINGS,
  );
}

/** The parts of a comma-separated option, blanks and empty ones left out. */
export function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/**
 * Gives a command that takes `--pipeline` the only enabled one where none is named.
 *
 * @throws InvalidArgumentError where several are enabled
 */
export function fillPipeline(command: Command, names: () => string[] = pipelineNames): void {
  const takesOne = command.options.some(({ long }) => long === '--pipeline');
  if (!takesOne || command.getOptionValue('pipeline') !== undefined) return;
  const [only, ...others] = names();
  if (only === undefined || others.length > 0)
    throw new InvalidArgumentError('--pipeline', `one of ${names().join(', ')}`, 'none');
  command.setOptionValueWithSource('pipeline', only, 'default');
}
