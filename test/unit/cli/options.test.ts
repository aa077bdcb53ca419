import { Command } from 'commander';
import { fillPipeline } from '../../../cli/support/options';

function commandWith(...args: string[]): Command {
  const command = new Command('upkeep').option('--pipeline <name>', 'pipeline').exitOverride();
  command.parse(args, { from: 'user' });
  return command;
}

describe('a command without --pipeline', () => {
  it('takes the only enabled pipeline', () => {
    const command = commandWith();
    fillPipeline(command, () => ['iot']);
    expect(command.opts()).toEqual({ pipeline: 'iot' });
  });

  it('asks for one where several are enabled', () => {
    expect(() => fillPipeline(commandWith(), () => ['nem', 'toy'])).toThrow(
      /--pipeline: expected one of nem, toy, found none/,
    );
  });

  it('keeps the one that is named', () => {
    const command = commandWith('--pipeline', 'toy');
    fillPipeline(command, () => ['nem', 'toy']);
    expect(command.opts()).toEqual({ pipeline: 'toy' });
  });
});
