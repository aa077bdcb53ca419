import type { RegistryClient } from '../../clients/registry/registryClient';
import { lineOf, schemaChanges, type FieldChange } from '../../core/contract/schemaChanges';
import type { Subject } from '../../core/contract/subjects';

/** What registering a subject's schema would do. */
export interface SubjectCheck {
  subject: string;
  outcome: 'new' | 'same' | 'compatible' | 'incompatible';
  /** Since the newest version; of JSON Schema. */
  changes: FieldChange[];
  /** Of the registry, where it would reject the schema. */
  reasons: string[];
}

/** Writes nothing. */
export async function checkSubject(client: RegistryClient, subject: Subject): Promise<SubjectCheck> {
  const newest = await client.newest(subject.name);
  const found = { subject: subject.name, changes: [], reasons: [] };
  if (newest === undefined) return { ...found, outcome: 'new' };
  if ((await client.idOf(subject)) === newest.id) return { ...found, outcome: 'same' };
  const changes = subject.type === 'JSON' ? schemaChanges(newest.schema, subject.schema) : [];
  const reasons = await client.incompatibilities(subject);
  const isBroken = reasons.length > 0 || changes.some(({ is_breaking }) => is_breaking);
  return { ...found, outcome: isBroken ? 'incompatible' : 'compatible', changes, reasons };
}

/** Each breaking change by field and rule; the registry's own reasons where the rules see none. */
export function problemsOf({ subject, changes, reasons }: SubjectCheck): string[] {
  const breaking = changes.filter(({ is_breaking }) => is_breaking);
  const found = breaking.length > 0 ? breaking.map(lineOf) : reasons;
  return found.map((problem) => `${subject}, ${problem}`);
}
