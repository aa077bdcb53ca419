import { z } from 'zod';

/** Shapes of Nessie's REST API v2 (specification 2.2.0), the parts used here. Unknown fields are ignored. */

const elements = z.object({ elements: z.array(z.string()) });

const reference = z.object({
  type: z.enum(['BRANCH', 'TAG', 'DETACHED']),
  name: z.string(),
  hash: z.string(),
});

const content = z.object({
  type: z.string(),
  id: z.string().nullish(),
  metadataLocation: z.string().optional(),
  /** A 63-bit number, kept as text. */
  snapshotId: z.string().optional(),
  schemaId: z.number().optional(),
  specId: z.number().optional(),
  sortOrderId: z.number().optional(),
});

const commitMeta = z.object({
  hash: z.string(),
  message: z.string(),
  commitTime: z.string().nullish(),
  authors: z.array(z.string()).default([]),
  allProperties: z.record(z.string(), z.array(z.string())).nullish(),
  parentCommitHashes: z.array(z.string()).default([]),
});

const page = { hasMore: z.boolean(), token: z.string().nullish() };

const conflict = z.object({
  conflictType: z.string().nullish(),
  key: elements.nullish(),
  message: z.string().nullish(),
});

export const answers = {
  reference: z.object({ reference }),
  references: z.object({ ...page, references: z.array(reference) }),
  contents: z.object({ contents: z.array(z.object({ key: elements, content })) }),
  entries: z.object({ ...page, entries: z.array(z.object({ name: elements, content })) }),
  diff: z.object({
    ...page,
    diffs: z.array(z.object({ key: elements, from: content.nullish(), to: content.nullish() })),
  }),
  history: z.object({
    ...page,
    logEntries: z.array(z.object({ commitMeta, parentCommitHash: z.string().nullish() })),
  }),
  commit: z.object({ targetBranch: reference }),
  merge: z.object({
    wasApplied: z.boolean(),
    wasSuccessful: z.boolean(),
    resultantTargetHash: z.string().nullish(),
    commonAncestor: z.string().nullish(),
    details: z.array(z.object({ key: elements, conflict: conflict.nullish() })).default([]),
  }),
  error: z.object({
    errorCode: z.string().nullish(),
    message: z.string().nullish(),
    errorDetails: z.object({ conflicts: z.array(conflict).optional() }).nullish(),
  }),
};

export type Reference = z.infer<typeof reference>;
/**
 * `id` stays the same while a table lives; `metadataLocation` changes with every commit to it.
 */
export type Content = z.infer<typeof content>;
export type Conflict = z.infer<typeof conflict>;
export type MergeAnswer = z.infer<typeof answers.merge>;

/** A branch or tag by name, or a commit of it by name and hash; see `commitAt` for one by its hash alone. */
export interface At {
  name: string;
  hash?: string;
}

/** A commit by its hash alone: readable whatever references show it, also when none does any more. */
export function commitAt(hash: string): At {
  return { name: '', hash };
}

/** A key that differs between two references; `null` where it does not exist. */
export interface Change {
  key: string;
  from: Content | null;
  to: Content | null;
}

export interface Commit {
  hash: string;
  message: string;
  committed_at: string | null;
  /** The first value of each property; Nessie allows several, Currents writes one. */
  properties: Record<string, string>;
  parents: string[];
}

/** One change of a commit. A delete and a put of the same content id rename a table. */
export type Operation =
  | { type: 'DELETE'; key: { elements: string[] } }
  | { type: 'PUT'; key: { elements: string[] }; content: Content | NamespaceContent };

interface NamespaceContent {
  type: 'NAMESPACE';
  elements: string[];
  properties: Record<string, string>;
}

export function putNamespace(name: string): Operation {
  return {
    type: 'PUT',
    key: { elements: [name] },
    content: { type: 'NAMESPACE', elements: [name], properties: {} },
  };
}

/** Nessie's key as one dotted name, the way SQL writes it. */
export function dotted(key: { elements: string[] }): string {
  return key.elements.join('.');
}
