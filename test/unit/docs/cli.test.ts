import { Command, type Option } from 'commander';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { snakeCased } from '../../../cli/support/snakeCase';
import { repositoryRoot } from '../../../settings/repositoryRoot';

/** Interfaces whose fields reach `--json`, by the file that has them. */
const SHAPES: Record<string, string[]> = {
  'cli/commands/run.ts': ['RunOutcome'],
  'cli/commands/status.ts': ['Status'],
  'cli/support/branchReport.ts': ['TableReport'],
  'cli/support/reconcileSchedules.ts': ['ScheduleChange'],
  'core/runs.ts': ['TableCounts', 'LaneState', 'HeldRun'],
  'stack/status.ts': ['ServiceStatus'],
  'workflows/messages.ts': ['SlotLease'],
  'workflows/backfillState.ts': ['BackfillState', 'ChunkFailure'],
  'workflows/maintainLake.ts': ['MaintainResult'],
  'activities/upkeep/removeUnreferenced.ts': ['Removal'],
  'workflows/reloadLanding.ts': ['ReloadResult'],
  'stack/backup/makeBackup.ts': ['BackupReport'],
  'stack/backup/restoreBackup.ts': ['RestoreReport'],
  'cli/support/shownDeadLetters.ts': ['ShownDeadLetter', 'DeadLetterList'],
};

const read = (file: string): string => fs.readFileSync(path.join(repositoryRoot(), file), 'utf8');

/** Names of all fields, those of nested object types included. */
function fieldsOf(file: string, interfaces: string[]): string[] {
  const fields: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isPropertySignature(node)) fields.push(node.name.getText());
    ts.forEachChild(node, collect);
  };
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
  source.forEachChild((node) => {
    if (ts.isInterfaceDeclaration(node) && interfaces.includes(node.name.text)) collect(node);
  });
  return fields;
}

/** The command line prints every field in snake_case. */
function printedName(field: string): string {
  return Object.keys(snakeCased({ [field]: null }) as object)[0]!;
}

/** Every command that does something, by the words that call it; a group only leads to others. */
async function commandsByPath(): Promise<[path: string, command: Command][]> {
  const program = new Command('currents');
  const folder = path.join(repositoryRoot(), 'cli', 'commands');
  for (const file of fs.readdirSync(folder)) {
    const { register } = (await import(path.join(folder, file))) as { register?: (program: Command) => void };
    register?.(program);
  }
  return below(program, []);
}

function below(command: Command, words: string[]): [string, Command][] {
  return command.commands.flatMap((child): [string, Command][] => {
    const own = [...words, child.name()];
    const isGroup = child.commands.length > 0 && child.options.length === 0;
    return [...(isGroup ? [] : [[own.join(' '), child] as [string, Command]]), ...below(child, own)];
  });
}

/** Flags, meaning and default, as the page's table shows them. */
function shownOption({ flags, description, mandatory, argChoices, defaultValue }: Option): string[] {
  const isNamed = argChoices?.every((choice) => description.includes(choice)) ?? true;
  const meaning = [
    description,
    isNamed ? '' : `(${argChoices!.join(', ')})`,
    mandatory ? '(required)' : '',
  ].filter((part) => part !== '');
  return [flags, meaning.join(' '), defaultText(defaultValue)];
}

function defaultText(value: unknown): string {
  if (value === undefined) return '';
  return value === os.userInfo().username ? 'you' : `\`${String(value)}\``;
}

/** The cells of a section's table of options. */
function optionRows(section: string): string[][] {
  return [...section.matchAll(/^\| `([^`]+)` \| (.*?) \| (.*?) ?\|$/gm)].map(([, ...cells]) =>
    cells.map((cell) => cell!.trim()),
  );
}

/** What the command's own help says of it, without its examples. */
function helpOf(command: Command): string {
  return oneLine(command.description().split(/\n?Example: /)[0]!);
}

/** Code marks of the page are not in the help of a terminal. */
const oneLine = (text: string): string => text.replaceAll('`', '').replace(/\s+/g, ' ').trim();

describe('docs/cli.md', () => {
  const page = read('docs/cli.md');
  const sections = new Map(
    [...page.matchAll(/^### (.+)\n([\s\S]*?)(?=^##|$(?![\s\S]))/gm)].map(([, heading, text]) => [
      heading!,
      text!,
    ]),
  );

  it('has a section for each command, with its arguments and an example, and no other', async () => {
    const commands = await commandsByPath();
    expect([...sections.keys()].sort()).toEqual(commands.map(([words]) => words).sort());
    for (const [words, { registeredArguments }] of commands) {
      const text = sections.get(words)!;
      for (const { variadic, required } of registeredArguments)
        expect(text).toMatch(variadic ? /\[\w+\.\.\.\]/ : required ? /<[\w-]+>/ : /\[[\w-]+\]/);
      expect(text).toMatch(/^Example: `/m);
    }
  });

  it('says of each option and command what its help says', async () => {
    for (const [words, command] of await commandsByPath()) {
      const text = sections.get(words)!;
      expect([words, optionRows(text)]).toEqual([words, command.options.map(shownOption)]);
      expect(oneLine(text)).toContain(helpOf(command));
    }
  });

  it.each(Object.entries(SHAPES))('shows every JSON field that comes from %s', (file, interfaces) => {
    const fields = fieldsOf(file, interfaces).map(printedName);
    expect(fields.length).toBeGreaterThan(interfaces.length);
    expect(fields.filter((field) => !page.includes(`"${field}"`))).toEqual([]);
  });

  it('shows no field in camelCase', () => {
    expect(page.match(/"[a-z]+[A-Z]\w*": /g) ?? []).toEqual([]);
  });
});
