import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

const FILE = 'partial_parse.msgpack';

/**
 * dbt's parsed project, shared between runs that each have a target folder of their own. One per catalog,
 * since the catalog is part of what is parsed. dbt checks it against the files, so a stale, missing or broken
 * one costs only time.
 */
export async function takeParsedProject(cacheDir: string, catalog: string, targetDir: string): Promise<void> {
  await fs.mkdir(targetDir, { recursive: true });
  await fs.copyFile(cached(cacheDir, catalog), path.join(targetDir, FILE)).catch(() => undefined);
}

/** Replaces the shared copy in one step, so that a run that starts meanwhile reads a whole file. */
export async function keepParsedProject(cacheDir: string, catalog: string, targetDir: string): Promise<void> {
  const target = cached(cacheDir, catalog);
  const draft = `${target}.${randomUUID()}`;
  await fs.mkdir(path.dirname(target), { recursive: true });
  await fs
    .copyFile(path.join(targetDir, FILE), draft)
    .then(() => fs.rename(draft, target))
    .catch(() => fs.rm(draft, { force: true }));
}

function cached(cacheDir: string, catalog: string): string {
  return path.join(cacheDir, catalog, FILE);
}
