import { SourceFileMissingError } from '../../../clients/http/errors';
import type { PageAge, SharedPages } from '../../../clients/http/sharedPages';
import type { ListRequest, SourceListing } from '../../../core/source';
import { parseListing, type ListingEntry } from './listing';
import { DUPLICATE_FOLDER, REPORT_SOURCES, type ReportSource } from './reportFiles';
import { filesInRange, missingIn } from './sourceListing';

/** A listing is requested once per poll, for any number of intervals. */
const LISTING_AGE_MS = 8_000;
/** Archives change once a day. */
const ARCHIVE_LISTING_AGE_MS = 60_000;
/** 416 of 1,074 requests of one run were for folders missing on some sites. */
const MISSING_AGE_MS = 3_600_000;
/** A required folder that is missing for a moment must not blind the live runs for an hour. */
const REQUIRED_MISSING_AGE_MS = 300_000;

/** The files of a range, from as few listings as possible. */
export async function listFiles(
  pages: SharedPages,
  site: string,
  request: ListRequest,
  signal: AbortSignal,
): Promise<SourceListing> {
  const { range, lookBack_ms } = request;
  const listings = await Promise.all(
    REPORT_SOURCES.map(async (source) => {
      const entries = await readFolders(pages, site, source, ageFor(source, request, signal));
      const files = filesInRange(entries, source, range, lookBack_ms);
      return { files, missing: missingIn(files, source, range) };
    }),
  );
  return {
    files: listings.flatMap(({ files }) => files),
    missing: listings.flatMap(({ missing }) => missing),
  };
}

export function archiveAge(signal: AbortSignal): PageAge {
  return { ttl_ms: ARCHIVE_LISTING_AGE_MS, missing_ms: MISSING_AGE_MS, signal };
}

/**
 * A run with `since_ms` reads each folder once: for a range of the past, a listing younger than its last
 * publication shows all there is. Files appear before a report's next step: 5-minute ones within their
 * interval, rooftop ones up to 28 minutes after the stamp in the name. A live interval has no `since_ms` and
 * polls: a late file must be found.
 */
function ageFor(source: ReportSource, { range, since_ms }: ListRequest, signal: AbortSignal): PageAge {
  const published_ms = Date.parse(range.end) + source.stampAfterEnd_ms + source.step_ms;
  const settled_ms = since_ms > 0 ? Math.max(since_ms, published_ms) : undefined;
  const missing_ms = source.required ? REQUIRED_MISSING_AGE_MS : MISSING_AGE_MS;
  return { ttl_ms: source.listingAge_ms ?? LISTING_AGE_MS, since_ms, settled_ms, missing_ms, signal };
}

/** The folder and its DUPLICATE/ folder, which not every report has. */
async function readFolders(
  pages: SharedPages,
  site: string,
  source: ReportSource,
  age: PageAge,
): Promise<ListingEntry[]> {
  const folder = `${site}${source.folder}`;
  const entries = await readListing(pages, folder, age);
  const isListed = entries.some(
    ({ name, isFolder }) => isFolder && `${name.toUpperCase()}/` === DUPLICATE_FOLDER,
  );
  // A folder that was missing before and is listed now is requested at once.
  const missing_ms = isListed ? LISTING_AGE_MS : MISSING_AGE_MS;
  return [...entries, ...(await readListing(pages, `${folder}${DUPLICATE_FOLDER}`, { ...age, missing_ms }))];
}

/**
 * A missing folder is an empty one: the site has no rooftop folder on some mirrors, and few DUPLICATE
 * folders.
 */
export async function readListing(pages: SharedPages, url: string, age: PageAge): Promise<ListingEntry[]> {
  try {
    return parseListing(await pages.text(url, age), url);
  } catch (error) {
    if (error instanceof SourceFileMissingError) return [];
    throw error;
  }
}
