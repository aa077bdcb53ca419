import type { Subject } from '../../core/contract/subjects';
import { reasonsOf } from './dryRun';
import { SchemaRegistryAnswerError } from './errors';
import { ask, type RegistryAnswer, type RegistryRequest } from './request';

/** Levels under which a reader of today reads all, or the last, of what was written before. */
const READS_OLD = ['BACKWARD', 'BACKWARD_TRANSITIVE', 'FULL', 'FULL_TRANSITIVE'];

/** A registry by Confluent's API, version 7. `url`: its root. `timeout_ms`: of each request. */
export class RegistryClient {
  constructor(
    readonly url: string,
    private readonly timeout_ms?: number,
  ) {}

  /** The id of this very schema; undefined where the subject does not have it. */
  async idOf({ name, type, schema }: Subject): Promise<number | undefined> {
    const path = `/subjects/${encodeURIComponent(name)}`;
    const body = { schema, schemaType: type };
    const answer = await this.ask({ method: 'POST', path, body, expected: [200, 404] });
    return answer.status === 404 ? undefined : idIn(answer.body, `lookup in ${name}`);
  }

  /** The newest version; undefined where the subject is not there. */
  async newest(subject: string): Promise<{ id: number; schema: string } | undefined> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions/latest`;
    const { status, body } = await this.ask({ method: 'GET', path, expected: [200, 404] });
    if (status === 404) return undefined;
    return { id: idIn(body, `newest of ${subject}`), schema: (body as { schema: string }).schema };
  }

  /** Why the registry would not take the schema; empty where it would. Writes nothing. */
  async incompatibilities(subject: Subject): Promise<string[]> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject.name)}/versions/latest?verbose=true`;
    const body = { schema: subject.schema, schemaType: subject.type };
    const answer = await this.ask({ method: 'POST', path, body, expected: [200, 404] });
    const { is_compatible, messages = [] } = answer.body as { is_compatible?: boolean; messages?: string[] };
    if (answer.status === 404 || is_compatible) return [];
    return messages.length > 0 ? messages : reasonsOf(this.url, subject);
  }

  /** The same schema again has the same id. Resolves with the reason where the registry rejects it. */
  async register({ name, type, schema }: Subject): Promise<{ id: number } | { reason: string }> {
    const path = `/subjects/${encodeURIComponent(name)}/versions`;
    const body = { schema, schemaType: type };
    const answer = await this.ask({ method: 'POST', path, body, expected: [200, 409, 422] });
    if (answer.status === 200) return { id: idIn(answer.body, `registration of ${name}`) };
    return { reason: (answer.body as { message?: string }).message ?? `status ${answer.status}` };
  }

  /** New versions of every subject have to read what the one before wrote. */
  async setBackward(): Promise<void> {
    await this.setLevel('/config');
  }

  /** The same for one subject, unless a level that keeps it holds already. */
  async keepBackward(subject: string): Promise<void> {
    const path = `/config/${encodeURIComponent(subject)}`;
    const asked = { method: 'GET', path: `${path}?defaultToGlobal=true`, expected: [200, 404] } as const;
    const { compatibilityLevel } = (await this.ask(asked)).body as { compatibilityLevel?: string };
    if (!READS_OLD.includes(compatibilityLevel ?? 'NONE')) await this.setLevel(path);
  }

  private ask(request: RegistryRequest): Promise<RegistryAnswer> {
    const { timeout_ms } = this;
    return ask(this.url, timeout_ms === undefined ? request : { ...request, timeout_ms });
  }

  private async setLevel(path: string): Promise<void> {
    await this.ask({ method: 'PUT', path, body: { compatibility: 'BACKWARD' }, expected: [200] });
  }
}

function idIn(body: unknown, request: string): number {
  const { id } = body as { id?: unknown };
  if (typeof id !== 'number') throw new SchemaRegistryAnswerError(request, 'an id', JSON.stringify(body));
  return id;
}
