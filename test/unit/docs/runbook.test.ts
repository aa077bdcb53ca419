import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { errorCodes } from './errorCodes';
import { PAGES, readPage } from './pages';

describe('the runbook', () => {
  const sections = new Map(
    [...readPage('docs/runbook.md').matchAll(/^## (.+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].map(
      ([, symptom, text]) => [symptom!, text!],
    ),
  );
  const procedures = [...sections].filter(([symptom]) => !symptom.startsWith('How to'));

  it('has a procedure for a dozen symptoms', () => expect(procedures.length).toBeGreaterThanOrEqual(12));

  it.each(procedures)('%s: says what you see, what to look at and what to do, with a command', (_, text) => {
    expect(text).toMatch(/^\*\*You see\*\*: .{15,}/m);
    expect(text).toMatch(/^\*\*Look at\*\*: .{15,}/m);
    expect(text).toMatch(/^\*\*Do\*\*(,|:)/m);
    expect(text).toMatch(/npx currents \w+|timedatectl/);
  });

  it('names codes that exist', () => {
    const named = [...readPage('docs/runbook.md').matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code]) => code!);
    const settings = readPage('docs/configuration.md');
    expect(
      [...new Set(named)].filter((name) => !errorCodes().includes(name) && !settings.includes(`\`${name}\``)),
    ).toEqual([]);
  });
});

describe('the commands that documents show', () => {
  const sources = fs
    .readdirSync(path.join(repositoryRoot(), 'cli'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readPage(path.join('cli', file)))
    .join('\n');
  const known = new Set([...sources.matchAll(/command\('([a-z]+)/g)].map(([, command]) => command!)).add(
    'help',
  );

  it.each(PAGES)('%s shows commands that exist', (page) => {
    const shown = [...readPage(page).matchAll(/npx currents ([a-z]+)/g)].map(([, command]) => command!);
    expect([...new Set(shown)].filter((command) => !known.has(command))).toEqual([]);
  });
});
