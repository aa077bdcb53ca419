import { forbiddenIn } from './forbiddenWords';
import { PAGES, proseLines } from './pages';

/** A column holds at most this much; a table's row and a link cannot be broken. */
const COLUMNS = 100;

describe('the words of the documents', () => {
  it.each(PAGES)('%s has none of the words that the glossary replaces', (page) => {
    const found = proseLines(page).flatMap(({ line, text }) =>
      forbiddenIn(text).map((word) => `${page}:${line}: ${word}`),
    );
    expect(found).toEqual([]);
  });

  // An entry of the changelog is one line, so that branches which add entries merge by lines.
  it.each(PAGES.filter((page) => page !== 'CHANGELOG.md'))('%s is wrapped at 100 columns', (page) => {
    expect(
      proseLines(page)
        .filter(({ text }) => text.length > COLUMNS && !isUnbreakable(text))
        .map(({ line }) => `${page}:${line}`),
    ).toEqual([]);
  });
});

/** A table's row, a heading, or a line that is one code span or link and little besides. */
function isUnbreakable(text: string): boolean {
  return /^\||^#|^<!--/.test(text) || text.replace(/`[^`]*`|\[[^\]]*\]\([^)]*\)/g, '').trim().length <= 25;
}
