import type { NessieClient } from './client';
import { NessieReferenceNotFoundError } from './errors';
import type { At, Reference } from './model';

/** Creates the branch at the commit, or moves it there if it exists. */
export async function resetBranch(nessie: NessieClient, name: string, to: Required<At>): Promise<void> {
  try {
    await pointAt(nessie, name, to);
  } catch (error) {
    if (!(error instanceof NessieReferenceNotFoundError)) throw error;
    await nessie.createBranch(name, to);
  }
}

/** Deletes a branch that still has the expected hash; an already deleted one is fine. */
export async function dropBranch(
  nessie: NessieClient,
  { name, hash }: Pick<Reference, 'name' | 'hash'>,
): Promise<void> {
  await nessie.deleteBranch(name, hash).catch((error: unknown) => {
    if (!(error instanceof NessieReferenceNotFoundError)) throw error;
  });
}

/** Moves an existing branch by compare-and-set; does nothing when it is already there. */
export async function pointAt(nessie: NessieClient, name: string, to: Required<At>): Promise<void> {
  const now = await nessie.getReference(name);
  if (now.hash !== to.hash) await nessie.assignBranch(name, now.hash, to);
}
