import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { PAGES, readPage } from './pages';

/** As GitHub makes them of a heading: small, without punctuation, hyphens for blanks. */
function anchorsOf(page: string): string[] {
  return [...readPage(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documents', () => {
  it.each(PAGES)('%s links to what is there', (page) => {
    const folder = path.dirname(page);
    const links = [...readPage(page).matchAll(/\]\(([^)#\s]*)(?:#([^)]*))?\)/g)]
      .map(([, file, anchor]) => ({ file: file!, anchor }))
      .filter(({ file }) => !/^https?:/.test(file));
    const missing = links.filter(({ file, anchor }) => {
      const target = file === '' ? page : path.join(folder, file);
      if (!fs.existsSync(path.join(repositoryRoot(), target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
    expect(missing).toEqual([]);
  });
});
