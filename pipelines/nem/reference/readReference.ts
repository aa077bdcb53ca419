import type { GivenFile, ReadReference } from '../../../core/reference';
import { MetadataRegionsError } from './errors';
import { NEM_INTERCONNECTORS } from './interconnectors';
import { readLimitCsv } from './limitCsv';
import { limitSpans, limitWarnings, NEM_LIMITS, type LimitPoint } from './marketLimits';
import { readRegionCsv } from './regionCsv';
import { NEM_REGIONS, withBuiltIn } from './regions';
import { readRegistrationWorkbook } from './registrationWorkbook';
import { readUnitCsv } from './unitCsv';
import {
  visible,
  type InterconnectorMetadata,
  type MetadataProblem,
  type RegionMetadata,
  type UnitMetadata,
} from './unitMetadata';

/** Everything that was read, before it becomes rows; each problem names its file. */
export interface ReferenceRead {
  units: UnitMetadata[];
  regions: RegionMetadata[];
  interconnectors: readonly InterconnectorMetadata[];
  limits: LimitPoint[];
  problems: { source: string; problem: MetadataProblem }[];
}

/**
 * Reads an operator's files. Regions come first, since a unit may be in one that only the file names. Tables
 * without a file are built in; such rows do not replace what an archive or a file said before.
 *
 * @throws MetadataRegionsError when rows name regions that the market does not have: all of them, of all
 *   files, before anything is loaded.
 */
export async function readGivenFiles(
  files: readonly GivenFile[],
  now_ms = Date.now(),
): Promise<NemReference> {
  const read: ReferenceRead = {
    units: [],
    regions: [],
    interconnectors: NEM_INTERCONNECTORS,
    limits: [],
    problems: [],
  };
  for (const file of inOrder(files)) await readGivenFile(file, read);
  const misplaced = read.problems.flatMap(({ source, problem: { line, region_id } }) =>
    region_id === undefined ? [] : [{ source, line, region_id }],
  );
  if (misplaced.length > 0) throw new MetadataRegionsError(misplaced, idsOf(withBuiltIn(read.regions)));
  if (read.regions.length === 0) read.regions = [...NEM_REGIONS];
  return asReadReference(read, files.map(({ name }) => name).join(', '), now_ms);
}

function inOrder(files: readonly GivenFile[]): GivenFile[] {
  return [...files].sort((a, b) => Number(b.kind === 'region-csv') - Number(a.kind === 'region-csv'));
}

async function readGivenFile({ kind, name, bytes, encoding }: GivenFile, into: ReferenceRead): Promise<void> {
  const regionIds = idsOf(withBuiltIn(into.regions));
  const list = (problems: MetadataProblem[]) =>
    into.problems.push(...problems.map((problem) => ({ source: name, problem })));
  if (kind === 'region-csv') {
    const read = readRegionCsv(bytes, name, encoding);
    into.regions.push(...read.regions);
    list(read.problems);
  } else if (kind === 'limits-csv') {
    const read = readLimitCsv(bytes, name, encoding);
    into.limits.push(...read.limits);
    list(read.problems);
  } else {
    const read =
      kind === 'workbook'
        ? await readRegistrationWorkbook(bytes, name, regionIds)
        : readUnitCsv(bytes, name, { encoding, regionIds });
    into.units.push(...read.units);
    list(read.problems);
  }
}

function idsOf(regions: readonly RegionMetadata[]): string[] {
  return regions.map((each) => each.region_id).sort();
}

/** The pipeline's reference tables, by the names of its definition. */
export interface NemReference extends ReadReference {
  tables: {
    units: UnitMetadata[];
    regions: RegionMetadata[];
    interconnectors: readonly InterconnectorMetadata[];
    limits: ReturnType<typeof limitSpans>;
  };
}

export function asReadReference(read: ReferenceRead, sourceName: string, now_ms: number): NemReference {
  const limits = limitSpans(NEM_LIMITS, read.limits);
  return {
    tables: {
      units: read.units,
      regions: read.regions,
      interconnectors: read.interconnectors,
      limits,
    },
    sourceName,
    problems: [
      ...read.problems.map(({ source, problem }) => textOf(source, problem)),
      ...limitWarnings(limits, now_ms).map((warning) => `warning: ${warning}`),
    ],
  };
}

function textOf(source: string, { line, problem, text, isTaken }: MetadataProblem): string {
  const outcome = isTaken ? 'taken' : 'left out';
  return `${outcome}: ${source}, line ${line}: ${problem}: ${visible(text.slice(0, 120))}`;
}
