import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BackupUnusableError } from './errors';

/** Raised when the layout changes; a backup of another number is rejected. */
export const BACKUP_FORMAT = 1;
const MANIFEST = 'manifest.json';
const PARTIAL = '.partial-';

const manifestSchema = z.object({
  format: z.literal(BACKUP_FORMAT),
  /** ISO instant that the stores, and the list of objects, are of. */
  made_at: z.string(),
  frozen_ms: z.number(),
  /** Programs whose files these are; the same ones must read them. */
  versions: z.record(z.string(), z.string()),
  /** Copied files by path in the home folder. */
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
  /** Objects by bucket. */
  objects: z.record(z.string(), z.array(z.object({ key: z.string(), bytes: z.number(), etag: z.string() }))),
});

export type BackupManifest = z.infer<typeof manifestSchema>;
export type BackupObject = BackupManifest['objects'][string][number];

/** Instants of a backup folder that are complete, oldest first. */
export function instantsOf(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => /^\d{8}T\d{6}\d{3}Z$/.test(name) && fs.existsSync(path.join(folder, name, MANIFEST)))
    .sort();
}

/**
 * The manifest of one instant of a backup. @throws BackupUnusableError when there is none, or none that this
 * version reads.
 */
export function readManifest(folder: string, instant: string): BackupManifest {
  const file = path.join(folder, instant, MANIFEST);
  if (!fs.existsSync(file))
    throw new BackupUnusableError(
      folder,
      'a complete backup',
      instant ? `no ${path.join(instant, MANIFEST)}` : 'none',
    );
  const parsed = manifestSchema.safeParse(JSON.parse(fs.readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new BackupUnusableError(
      file,
      `a manifest of format ${BACKUP_FORMAT}`,
      z.prettifyError(parsed.error),
    );
  return parsed.data;
}

/** Removes the remains of killed backups; only while no other one is running. */
export function removePartials(folder: string): void {
  for (const name of fs.readdirSync(folder).filter((entry) => entry.startsWith(PARTIAL)))
    fs.rmSync(path.join(folder, name), { recursive: true });
}

/**
 * A folder to fill for one instant; it gets the name that `instantsOf` finds with its manifest, in one step.
 */
export function openInstant(folder: string): { partial: string; close(manifest: BackupManifest): string } {
  const partial = path.join(folder, `${PARTIAL}${randomUUID()}`);
  fs.mkdirSync(partial, { recursive: true });
  return {
    partial,
    close(manifest) {
      const instant = manifest.made_at.replace(/[-:.]/g, '');
      fs.writeFileSync(path.join(partial, MANIFEST), JSON.stringify(manifest));
      fs.renameSync(partial, path.join(folder, instant));
      return instant;
    },
  };
}
