import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createActivities, type ActivityDeps } from '../../../activities';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const FOLDER = join(repositoryRoot(), 'activities');
/** Activities that share a file, because they share most of its code. */
const SHARED: Record<string, string> = {
  findSourceFiles: 'ingest/ingest.ts',
  ingestFile: 'ingest/ingest.ts',
  stageArchive: 'bulk/staging.ts',
  assembleBatch: 'bulk/staging.ts',
};
const AREAS = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const NAMES = Object.keys(createActivities({ config: {} } as ActivityDeps));

it.each(NAMES)('%s is in a file of its name', (name) => {
  const files = AREAS.map((area) => `${area.name}/${name}.ts`);
  const own = files.filter((file) => existsSync(join(FOLDER, file)));
  expect(SHARED[name] ?? own).toEqual(SHARED[name] ?? [expect.any(String)]);
  expect(existsSync(join(FOLDER, SHARED[name] ?? own[0]!))).toBe(true);
});

it('has no activity in the table of shared files that has a file of its own or is gone', () => {
  expect(Object.keys(SHARED).filter((name) => !NAMES.includes(name))).toEqual([]);
});
