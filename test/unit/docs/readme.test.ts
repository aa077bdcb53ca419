import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { readPage } from './pages';

/** The file that prints what the demo found, wherever it lives. */
function demoSummary(): string {
  const found = ['cli', 'pipelines'].flatMap((folder) =>
    fs
      .readdirSync(path.join(repositoryRoot(), folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('demoSummary.ts') || file.endsWith(`demo${path.sep}summary.ts`))
      .map((file) => path.join(folder, file)),
  );
  return readPage(found[0]!);
}

describe('README.md', () => {
  const page = readPage('README.md');
  const output = page.split('```')[3]!;

  it('is short enough to be read at once', () => {
    expect(page.split('\n').length).toBeLessThanOrEqual(135);
  });

  it('shows the output of the demo as the demo prints it', () => {
    const summary = demoSummary();
    const titles = [...summary.matchAll(/show\('([^']+)'/g)].map(([, title]) => title!);
    const tables = [...summary.matchAll(/select '([a-z_.]+)'/g)].map(([, table]) => table!);
    expect(titles.length).toBeGreaterThan(2);
    expect(tables.length).toBeGreaterThan(5);
    for (const text of [...titles, ...tables, 'Every count equals what the simulated plan must give.'])
      expect(output).toContain(text);
    expect(summary).toContain('Every count equals what the simulated plan must give.');
  });

  it('leads to the index of the documents, which leads to every page', () => {
    expect(page).toContain('](docs/README.md)');
    const index = readPage('docs/README.md');
    const pages = fs.readdirSync(path.join(repositoryRoot(), 'docs')).filter((file) => file.endsWith('.md'));
    expect(pages.filter((file) => file !== 'README.md' && !index.includes(`](${file})`))).toEqual([]);
  });
});
