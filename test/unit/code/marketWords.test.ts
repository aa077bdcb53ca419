import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const ROOT = repositoryRoot();
/** Folders that know no pipeline: what differs comes from a definition, or lies under `pipelines/`. */
const SHARED = [
  ...['core', 'activities', 'workflows', 'clients', 'workers', 'nessie', 'trino'],
  ...['engine', 'jobs', 'runner', 'tables'].map((folder) => `spark/currents_spark/${folder}`),
];
const MARKET_WORDS = [
  ...['trading_(interval|date)\\w*', 'duid', '(unit|region|interconnector)_id', 'settlementdate'],
  ...['scadavalue', 'rooftop\\w*', 'nem_\\w+', 'nem\\.\\w+', 'nem time'],
];
const MARKET = new RegExp(`\\b(${MARKET_WORDS.join('|')})\\b`, 'gi');

/** Words that may stand in a file, each with its reason. */
const ALLOWED: Record<string, { words: string[]; because: string }> = {
  'clients/http/errors.ts': {
    words: ['NEM_REQUESTS_PER_SECOND'],
    because: 'a setting that users have; one source has files so far',
  },
  'clients/s3/objectStore.ts': { words: ['NEM_BUCKET'], because: 'a setting that users have' },
  'clients/spark/sparkJob.ts': { words: ['trading_dates'], because: 'a field of results since 0.1' },
  'clients/spark/submitRunner.ts': { words: ['trading_dates'], because: 'a field of results since 0.1' },
  'core/gates/summary.ts': { words: ['nem.bronze_dispatch', 'SCADAVALUE'], because: 'an example of a line' },
  'spark/currents_spark/engine/touched.py': {
    words: ['trading_dates'],
    because: 'a field of results since 0.1',
  },
  'spark/currents_spark/runner/job.py': { words: ['trading_dates'], because: 'a field of results since 0.1' },
};

describe('words of one market in shared folders', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...SHARED], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.(ts|py)$/.test(file) && existsSync(join(ROOT, file)));
  const wordsOf = (file: string): string[] => readFileSync(join(ROOT, file), 'utf8').match(MARKET) ?? [];

  it('are looked for in every shared folder', () => {
    for (const folder of SHARED)
      expect(files.filter((file) => file.startsWith(`${folder}/`)).length).toBeGreaterThan(4);
  });

  it('are none but those with a reason', () => {
    const found = files.flatMap((file) =>
      wordsOf(file)
        .filter((word) => !ALLOWED[file]?.words.includes(word))
        .map((word) => `${file}: ${word}`),
    );
    expect(found).toEqual([]);
  });

  it('have no reason left over', () => {
    const unused = Object.entries(ALLOWED).flatMap(([file, { words }]) =>
      words.filter((word) => !files.includes(file) || !wordsOf(file).includes(word)),
    );
    expect(unused).toEqual([]);
  });
});
