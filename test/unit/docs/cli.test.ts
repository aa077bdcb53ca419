import { Command } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { snakeCased } from '../../../cli/support/snakeCase';
import { repositoryRoot } from '../../../settings/repositoryRoot';

/** Interfaces whose fields reach `--json`, by the file that has them. */
const SHAPES: Record<string, string[]> = {
  'cli/commands/run.ts': ['RunOutcome'],
  'cli/support/produceOutcome.ts': ['ProduceOutcome'],
  'cli/commands/status.ts': ['Status'],
  'cli/support/branchReport.ts': ['TableReport'],
  'cli/support/reconcileSchedules.ts': ['ScheduleChange'],
  'core/contract/changes.ts': ['ContractChange'],
  'core/contract/differences.ts': ['Difference'],
  'core/runs.ts': ['TableCounts', 'LaneState', 'HeldRun'],
  'stack/status.ts': ['ServiceStatus'],
  'workflows/messages.ts': ['SlotLease'],
  'workflows/backfillProgress.ts': ['BackfillState', 'ChunkFailure'],
  'workflows/maintainLake.ts': ['MaintainResult'],
  'activities/upkeep/removeUnreferenced.ts': ['Removal'],
  'workflows/reloadLanding.ts': ['ReloadResult'],
  'stack/backup/makeBackup.ts': ['BackupReport'],
  'stack/backup/restoreBackup.ts': ['RestoreReport'],
  'cli/commands/deadletters.ts': ['Letter', 'LetterList'],
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

describe('docs/cli.md', () => {
  const page = read('docs/cli.md');
  const sections = new Map(
    [...page.matchAll(/^### (.+)\n([\s\S]*?)(?=^##|$(?![\s\S]))/gm)].map(([, heading, text]) => [
      heading!,
      text!,
    ]),
  );

  it('has a section for each command, with its options, its arguments and an example, and no other', async () => {
    const commands = await commandsByPath();
    expect([...sections.keys()].sort()).toEqual(commands.map(([words]) => words).sort());
    for (const [words, { options, registeredArguments }] of commands) {
      const text = sections.get(words)!;
      const shown = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, flags]) => flags!);
      expect([words, shown]).toEqual([words, options.map(({ flags }) => flags)]);
      for (const { variadic, required } of registeredArguments)
        expect(text).toMatch(variadic ? /\[\w+\.\.\.\]/ : required ? /<[\w-]+>/ : /\[[\w-]+\]/);
      expect(text).toMatch(/^Example: `/m);
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
