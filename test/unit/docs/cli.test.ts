import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
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
  'workflows/backfillProgress.ts': ['BackfillState', 'ChunkFailure'],
  'workflows/maintainLake.ts': ['MaintainResult'],
  'activities/upkeep/unreferenced.ts': ['Removal'],
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

describe('docs/cli.md', () => {
  const page = read('docs/cli.md');
  const sources = fs
    .readdirSync(path.join(repositoryRoot(), 'cli'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(path.join('cli', file)))
    .join('\n');
  const options = [...sources.matchAll(/(?:[oO]ption|Option)\('(?:-\w, )?(--[a-z-]+)/g)].map(
    ([, option]) => option!,
  );
  const commands = [...sources.matchAll(/command\('([a-z]+)/g)].map(([, command]) => command!);

  it.each([...new Set(options)])('names the option %s', (option) => expect(page).toContain(option));

  it.each([...new Set(commands)])('names the command %s', (command) =>
    expect(page).toMatch(new RegExp(`\`(\\w+ )?${command}\\b`)),
  );

  it.each(Object.entries(SHAPES))('shows every JSON field that comes from %s', (file, interfaces) => {
    const fields = fieldsOf(file, interfaces);
    expect(fields.length).toBeGreaterThan(interfaces.length);
    expect(fields.filter((field) => !page.includes(`"${field}"`))).toEqual([]);
  });
});
