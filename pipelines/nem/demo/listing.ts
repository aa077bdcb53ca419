import { fileNameOf, REPORT_FOLDERS, type SiteFile } from './siteFile';

/** `classic`: IIS as NEMWEB served it to April 2026; `indented`: the dialect since May 2026. */
export type ListingDialect = 'classic' | 'indented';

/** Part of every page's title, so that no reader takes the site for the operator's. */
export type SiteNature = 'SIMULATED' | 'LOCAL COPY OF REAL FILES';

interface Entry {
  href: string;
  name: string;
  published_nem_ms: number;
  bytes: number | null;
}

/** NEMWEB has its report folders also when nothing lies in them. */
const ALWAYS_THERE = new Set([
  '/',
  ...Object.values(REPORT_FOLDERS).flatMap((name) => [
    `/Reports/CURRENT/${name}/`,
    `/Reports/ARCHIVE/${name}/`,
  ]),
]);

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY_WIDTH = 29;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/**
 * The page of a folder (`/Reports/CURRENT/Dispatch_SCADA/`), as HTML; null when no file lies in or under it
 * and it is none that the site always has.
 * Names are in name order, times on the market's clock to the minute, sizes those of the zips, as on NEMWEB.
 */
export function listingPage(
  folder: string,
  files: Iterable<SiteFile>,
  dialect: ListingDialect,
  nature: SiteNature,
): string | null {
  const entries = entriesOf(folder, files, dialect);
  if (entries.length === 0 && !ALWAYS_THERE.has(folder)) return null;
  const title = `${nature} by Currents - look-alike of nemweb.com.au - ${folder}`;
  return dialect === 'classic' ? classicPage(folder, title, entries) : indentedPage(folder, title, entries);
}

function entriesOf(folder: string, files: Iterable<SiteFile>, dialect: ListingDialect): Entry[] {
  const entries = new Map<string, Entry>();
  for (const file of files) {
    if (!file.path.startsWith(folder)) continue;
    const [name, ...deeper] = file.path.slice(folder.length).split('/') as [string, ...string[]];
    const isFolder = deeper.length > 0;
    const held = entries.get(name);
    const published_nem_ms = Math.max(held?.published_nem_ms ?? 0, file.published_nem_ms);
    const href = isFolder ? `${folder}${name}${dialect === 'classic' ? '/' : ''}` : hrefOf(file);
    entries.set(name, { href, name, published_nem_ms, bytes: isFolder ? null : file.bytes.length });
  }
  return [...entries.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

/** NEMWEB's links to monthly files hold `%23`, one encoding of the `#` in their names. */
function hrefOf(file: SiteFile): string {
  return `${file.path.slice(0, file.path.lastIndexOf('/') + 1)}${fileNameOf(file).replaceAll('#', '%23')}`;
}

function classicPage(folder: string, title: string, entries: readonly Entry[]): string {
  const links = entries.map((entry) => entryLine(entry, 1)).join('');
  return (
    `<html><head><title>${title}</title></head><body><H1>${title}</H1><hr>\r\n\r\n<pre>` +
    `<A HREF="${parentOf(folder)}">[To Parent Directory]</A><br><br>${links}</pre><hr></body></html>`
  );
}

function indentedPage(folder: string, title: string, entries: readonly Entry[]): string {
  const links = entries.map((entry) => entryLine(entry, 2)).join('');
  const parent = parentOf(folder).replace(/(.)\/$/, '$1');
  const script =
    '<script type="text/javascript">!function(T,l,y){var S=T.location,k="script";' +
    '/* <A HREF="/not/a/listing.zip"> */}(window,document,{});</script>';
  return (
    `<html>\r\n\t<head>\r\n\t\t<title>${title}</title>\r\n\t${script}</head>\r\n\t<body>\r\n` +
    `\t\t<H1>${title}</H1>\r\n\t\t<hr>\r\n` +
    `\t\t<pre><A HREF="${parent}">[To Parent Directory]</A><br><br>\r\n${links}</pre>\r\n` +
    '\t\t<hr>\r\n\t</body>\r\n</html>\r\n'
  );
}

function entryLine(entry: Entry, hourDigits: 1 | 2): string {
  const at = new Date(entry.published_nem_ms);
  const day = `${DAYS[at.getUTCDay()]}, ${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()}, ${at.getUTCFullYear()}`;
  const size = entry.bytes === null ? '       &lt;dir&gt;' : String(entry.bytes).padStart(12);
  return `${day.padStart(DAY_WIDTH)} ${clock(at, hourDigits)} ${size} <A HREF="${entry.href}">${entry.name}</A><br>`;
}

/**
 * Twelve-hour clock; the classic dialect pads a single-digit hour with a blank, the later one with a zero.
 */
function clock(at: Date, hourDigits: 1 | 2): string {
  const hour = String(at.getUTCHours() % 12 || 12);
  const minute = String(at.getUTCMinutes()).padStart(2, '0');
  const padded = hour.padStart(2, hourDigits === 1 ? ' ' : '0');
  return `${padded}:${minute} ${at.getUTCHours() < 12 ? 'AM' : 'PM'}`;
}

function parentOf(folder: string): string {
  return folder.replace(/[^/]+\/$/, '');
}
