import { NotAListingError } from './errors';

/** One line of a directory listing. */
export interface ListingEntry {
  /** File or folder name, `#` and other marks decoded, no trailing slash. */
  name: string;
  /**
   * Absolute, on the page's own origin, in the case and encoding the page gave. A folder ends with a slash.
   */
  url: string;
  /**
   * Size of the zip; null for folders and for pages that do not state it. Changes when a file is replaced in
   * place.
   */
  bytes: number | null;
  /**
   * When the file appeared, NEM time `YYYY/MM/DD HH:MM:SS` (to the minute); for late arrivals, never for
   * event time.
   */
  modifiedAtNem: string | null;
  isFolder: boolean;
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/**
 * `Saturday, April 18, 2026  2:41 PM         4049 <A HREF="...">...</A>`; date and size are absent from some
 * look-alikes.
 */
const ENTRY = new RegExp(
  '(?:[A-Za-z]+,\\s+(?<month>[A-Za-z]+)\\s+(?<day>\\d{1,2}),\\s+(?<year>\\d{4})\\s+' +
    '(?<hour>\\d{1,2}):(?<minute>\\d{2})\\s*(?<half>[AP]M)\\s+' +
    '(?<size>\\d+|&lt;dir&gt;)\\s*)?' +
    '<a\\s[^>]*?href\\s*=\\s*' +
    '(?:"(?<quoted>[^"]*)"|\'(?<single>[^\']*)\'|(?<bare>[^\\s>]+))[^>]*>(?<text>[^<]*)</a',
  'gi',
);

/** Pages since May 2026 carry a monitoring script. */
const NOT_CONTENT = /<script\b[\s\S]*?<\/script>|<!--[\s\S]*?-->/gi;

/**
 * Entries of a directory listing of the market operator's site, in the page's order, in either of its
 * dialects: the classic one of IIS and the one since May 2026. Takes only entries directly under the page,
 * compared without case and without `www.`; `_LEGACY.zip` files are second copies in an old format and left
 * out.
 *
 * @throws NotAListingError for a page that is something else; an empty listing is an empty list.
 */
export function parseListing(html: string, pageUrl: string): ListingEntry[] {
  const page = new URL(pageUrl.endsWith('/') ? pageUrl : `${pageUrl}/`);
  const found = [...html.replace(NOT_CONTENT, '').matchAll(ENTRY)].map(({ groups }) => groups!);
  const entries = found.map((groups) => entryOf(groups, page)).filter((entry) => entry !== undefined);
  if (entries.length === 0 && !isListing(html)) throw new NotAListingError(pageUrl, describe(html));
  return entries.filter(({ name }) => !/_LEGACY\.zip$/i.test(name));
}

/**
 * The other address of a file with `#` in its name. The site keeps a literal `%23` on disk, so the right
 * request is `%2523`, while its own pages link to `%23`: try the address as listed, then this one. Null when
 * there is no other.
 */
export function secondAddress(url: string): string | null {
  return /%23/.test(url) ? url.replaceAll('%23', '%2523') : null;
}

function entryOf(groups: Record<string, string | undefined>, page: URL): ListingEntry | undefined {
  const url = resolve(groups.quoted ?? groups.single ?? groups.bare ?? '', page);
  const rest = url && pathUnder(url, page);
  const name = rest && plainName(rest);
  if (!url || !name) return undefined;
  const isFolder = rest.endsWith('/') || groups.size?.toLowerCase() === '&lt;dir&gt;';
  if (isFolder && !rest.endsWith('/')) url.pathname += '/';
  const bytes = isFolder || groups.size === undefined ? null : Number(groups.size);
  return { name, url: url.href, bytes, modifiedAtNem: stampOf(groups), isFolder };
}

/** Always on the page's own origin, so that no page sends the reader to another host. */
function resolve(href: string, page: URL): URL | undefined {
  if (href === '' || href.startsWith('#') || !URL.canParse(href, page.href)) return undefined;
  // Only monthly files hold a #, and some pages leave it as it is.
  const url = new URL(href.replaceAll('#', '%23'), page.href);
  return bareHost(url) === bareHost(page) && url.search === ''
    ? new URL(url.pathname, page.origin)
    : undefined;
}

function bareHost({ host }: URL): string {
  return host.toLowerCase().replace(/^www\./, '');
}

/** The name after the page's own folder, still encoded; undefined when it is not directly under it. */
function pathUnder(url: URL, page: URL): string | undefined {
  const isUnder = url.pathname.toLowerCase().startsWith(page.pathname.toLowerCase());
  const rest = url.pathname.slice(page.pathname.length);
  return isUnder && /^[^/]+\/?$/.test(rest) ? rest : undefined;
}

/** Monthly files have `%23` in the address, or `%2523` where the address is right, and `#` in the name. */
function plainName(rest: string): string | undefined {
  try {
    const name = decodeURIComponent(rest.replace(/\/$/, '').replace(/%25(?=[0-9A-F]{2})/gi, '%'));
    return /^[^/\\\u0000-\u001f]+$/.test(name) && !name.startsWith('.') ? name : undefined;
  } catch {
    return undefined;
  }
}

function stampOf({
  month,
  day,
  year,
  hour,
  minute,
  half,
}: Record<string, string | undefined>): string | null {
  const index = MONTHS.indexOf(month?.toLowerCase() ?? '');
  if (index === -1) return null;
  const hours = (Number(hour) % 12) + (half?.toUpperCase() === 'PM' ? 12 : 0);
  const [mm, dd, hh] = [index + 1, day, hours].map((part) => String(part).padStart(2, '0'));
  return `${year}/${mm}/${dd} ${hh}:${minute}:00`;
}

/** An empty folder's page still links to its parent, or has a listing's title. */
function isListing(html: string): boolean {
  return /\[To Parent Directory\]/i.test(html) || /<(?:title|h1)>[^<]* - \/[^<]*\/\s*<\//i.test(html);
}

function describe(html: string): string {
  const title = /<title[^>]*>([^<]*)</i.exec(html)?.[1]?.trim();
  return title
    ? `a page titled ${JSON.stringify(title.slice(0, 80))}`
    : JSON.stringify(html.trim().slice(0, 80));
}
