import { PAGES, proseLines } from './pages';

/** What the glossary of the project replaces, with the words to write. */
const FORBIDDEN: [pattern: RegExp, instead: string][] = [
  [/\black(s|ed|ing)?\b/i, 'is missing'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\banew\b/i, 'again, recreated'],
  [/\bwhoever\b/i, "the actor's name"],
  [/\bnobody\b/i, "the actor's name, no process"],
  [/\bsomebody\b/i, "the actor's name, a process"],
  [/\bfor ever\b/i, 'without a limit'],
  [/\bcut off\b/i, 'interrupted, orphaned'],
  // A line may end between the two words.
  [/(?<!\bdead[- ]|^ *)\bletters?\b/i, 'dead letter'],
  [/\bis an operator's\b/i, 'needs an operator'],
  [/\bin a new history\b/i, 'continues as new'],
];

/** A column holds at most this much; a table's row and a link cannot be broken. */
const COLUMNS = 100;

describe('the words of the documents', () => {
  it.each(PAGES)('%s has none of the words that the glossary replaces', (page) => {
    const found = proseLines(page).flatMap(({ line, text }) => {
      const prose = withoutCode(text);
      return FORBIDDEN.filter(([pattern]) => pattern.test(prose)).map(
        ([pattern, instead]) => `${page}:${line}: ${pattern.exec(prose)![0]}, write: ${instead}`,
      );
    });
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

/** Names in backticks and addresses of links are not words. */
function withoutCode(text: string): string {
  return text.replace(/`[^`]*`/g, '').replace(/\]\([^)]*\)/g, ']');
}

/** A table's row, a heading, or a line that is one code span or link and little besides. */
function isUnbreakable(text: string): boolean {
  return /^\||^#|^<!--/.test(text) || text.replace(/`[^`]*`|\[[^\]]*\]\([^)]*\)/g, '').trim().length <= 25;
}
