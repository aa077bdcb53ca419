import { Command } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

/** Every command with all below it. */
function* withDescendants(command: Command): Generator<Command> {
  yield command;
  for (const below of command.commands) yield* withDescendants(below);
}

async function wholeProgram(): Promise<Command> {
  const program = new Command('currents');
  const folder = path.join(repositoryRoot(), 'cli', 'commands');
  for (const file of fs.readdirSync(folder)) {
    const { register } = (await import(path.join(folder, file))) as { register?: (program: Command) => void };
    register?.(program);
  }
  return program;
}

describe('the commands', () => {
  it('ask nothing of a command that belongs to the one above it', async () => {
    const all = [...withDescendants(await wholeProgram())];
    expect(all.length).toBeGreaterThan(30);
    const asking = all.filter(
      ({ commands, options }) => commands.length > 0 && options.some(({ mandatory }) => mandatory),
    );
    expect(asking.map((command) => command.name())).toEqual([]);
  });

  it('keep the old name of a command that has a new one', async () => {
    const upkeep = (await wholeProgram()).commands.find((command) => command.name() === 'upkeep');
    expect(upkeep?.aliases()).toEqual(['maintain']);
  });

  it.each([
    [['backfill', '--to', '2026-02-01'], '--from'],
    [['backfill', '--from', '2026-01-01'], '--to'],
  ])('%j: asks for %s', async (args, option) => {
    const program = await wholeProgram();
    for (const command of withDescendants(program))
      command.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow(
      `required option '${option} <iso>' not specified`,
    );
  });
});
