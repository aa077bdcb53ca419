import fs from 'node:fs';
import path from 'node:path';
import { SparkJobFailedError } from '../../../clients/spark/errors';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { errorCatalogue } from '../../../stack/errorCatalogue';
import { errorCodes } from './errorCodes';
import { readPage } from './pages';

describe('docs/errors.md', () => {
  const page = readPage('docs/errors.md');
  const [table, notes] = page.split('<!-- end of errors -->') as [string, string];
  const entries = errorCatalogue();
  const noted = [...notes.matchAll(/^## (.+)$/gm)].map(([, code]) => code!);

  it('knows where codes are defined', () => expect(errorCodes().length).toBeGreaterThan(70));

  // Found by their text here and by their syntax there, so that neither way overlooks a class.
  it.each(errorCodes())('has the class of %s in its table', (code) => {
    expect(entries.map((entry) => entry.code)).toContain(code);
    expect(table).toMatch(new RegExp(`^\\| \\[?\`${code}\``, 'm'));
  });

  it.each(entries.map((entry) => [entry.code, entry] as const))(
    '%s has a kind, a condition and a hint',
    (code, { kind, meaning, hints }) => {
      expect(['user', 'upstream', 'data', 'internal']).toContain(kind);
      expect(meaning).toMatch(/.{15,}/);
      if (code !== 'PREREQUISITE_MISSING') expect(hints.join(' ')).toMatch(/.{10,}/);
    },
  );

  it('has notes in alphabetical order, of codes that exist', () => {
    expect(noted).toEqual([...noted].sort());
    expect(noted.filter((code) => !errorCodes().includes(code))).toEqual([]);
  });

  it('states the kind of no code by hand', () => expect(notes).not.toMatch(/^Kind:/m));
});

describe("Spark's error classes", () => {
  const source = fs.readFileSync(path.join(repositoryRoot(), 'spark/currents_spark/errors.py'), 'utf8');
  const codes = [...source.matchAll(/^ {4}code = "(\w+)"$/gm)].map(([, code]) => code!);
  const spark = errorCatalogue().filter(({ code }) => code !== 'SPARK_JOB_FAILED' && codes.includes(code));

  it('state whether the workflow retries them, as the workflow does', () => {
    expect(spark).toHaveLength(codes.length - 1);
    expect(spark.length).toBeGreaterThan(10);
    for (const { code, retryable } of spark)
      expect([code, retryable]).toEqual([
        code,
        new SparkJobFailedError('job', code, '', '').retryable ? 'yes' : 'no',
      ]);
  });
});
