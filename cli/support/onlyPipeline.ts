import type { Command } from 'commander';
import { pipelineNames } from '../../pipelines/registry';
import { InvalidArgumentError } from './errors';

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
