import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...fs
    .readdirSync(path.join(repositoryRoot(), 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

describe('the documents', () => {
  it.each(PAGES)('%s links to what is there', (page) => {
    const folder = path.dirname(path.join(repositoryRoot(), page));
    const links = [
      ...fs.readFileSync(path.join(repositoryRoot(), page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g),
    ].map(([, link]) => link!);
    expect(links.filter((link) => !/^https?:/.test(link) && !fs.existsSync(path.join(folder, link)))).toEqual(
      [],
    );
  });
});
