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
  'cli/support/produceOutcome.ts': ['ProduceOutcome'],
  'cli/commands/status.ts': ['Status'],
  'activities/branches/support/branchReport.ts': ['TableReport'],
  'cli/support/reconcileSchedules.ts': ['ScheduleChange'],
  'cli/support/subjectCheck.ts': ['SubjectCheck'],
  'stack/registerContracts.ts': ['RegisteredSubject'],
  'core/contract/changes.ts': ['ContractChange'],
  'core/contract/differences.ts': ['Difference'],
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

/** Flags and meaning. The page may give a default in its own column or, as the help does, in parentheses. */
function shownOption({ flags, description, mandatory, argChoices, defaultValue }: Option): string[] {
  const isNamed = argChoices?.every((choice) => description.includes(choice)) ?? true;
  const meaning = [
    description,
    isNamed ? '' : `(${argChoices!.join(', ')})`,
    mandatory ? '(required)' : '',
    defaultText(defaultValue === os.userInfo().username ? 'you' : defaultValue),
  ];
  return [flags, meaning.filter((part) => part !== '').join(' ')];
}

function defaultText(value: unknown): string {
  return value === undefined || value === '' ? '' : `(default: ${String(value)})`;
}

/** The rows of a section's table of options. */
function optionRows(section: string): string[][] {
  return [...section.matchAll(/^\| `([^`]+)` \| (.*?) \| (.*?) ?\|$/gm)].map(([, flags, meaning, value]) => [
    flags!,
    `${meaning!} ${defaultText(value!.replaceAll('`', '').trim())}`.trim(),
  ]);
}

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

  it('says of each option what its help says', async () => {
    for (const [words, { options }] of await commandsByPath()) {
      const rows = optionRows(sections.get(words)!);
      expect([words, rows]).toEqual([words, options.filter(({ hidden }) => !hidden).map(shownOption)]);
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
