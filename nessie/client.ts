import { z } from 'zod';
import { NessieConflictError } from './errors';
import { callNessie, refPath, type NessieCall, type NessieOptions } from './http';
import { mergeBody, mergeResult, type MergeRequest, type MergeResult } from './merge';
import {
  answers,
  dotted,
  type At,
  type Change,
  type Commit,
  type Content,
  type Operation,
  type Reference,
} from './model';

const PAGE_RECORDS = 500;

export interface LogOptions {
  /** Most commits read, newest first. */
  max: number;
  /** Stops before the commit with this hash. */
  untilHash?: string;
}

/**
 * Nessie's REST API v2, typed (projectnessie/nessie, specification 2.2.0; measured on server 0.99.0).
 * Every change to a reference is a compare-and-set on its hash. Nothing is retried here.
 */
export class NessieClient {
  constructor(
    readonly url: string,
    private readonly options: NessieOptions = {},
  ) {}

  /** The same client with other call options, such as an activity's cancellation signal. */
  with(options: NessieOptions): NessieClient {
    return new NessieClient(this.url, { ...this.options, ...options });
  }

  /** @throws NessieReferenceNotFoundError */
  async getReference(name: string): Promise<Reference> {
    const answer = await this.call({
      path: `trees/${refPath({ name })}`,
      answer: answers.reference,
      operation: `read ${name}`,
    });
    return answer.reference;
  }

  /** All branches and tags whose name starts with `prefix`. */
  async listReferences(prefix = ''): Promise<Reference[]> {
    const all = await this.pages(
      { path: 'trees', answer: answers.references, operation: 'list references' },
      (page) => page.references,
    );
    return all.filter((reference) => reference.name.startsWith(prefix));
  }

  /** @throws NessieReferenceExistsError */
  async createBranch(name: string, from: Required<At>): Promise<Reference> {
    const answer = await this.call({
      method: 'POST',
      path: 'trees',
      query: { name, type: 'BRANCH' },
      body: { type: 'BRANCH', ...from },
      answer: answers.reference,
      operation: `create ${name} from ${from.name}@${from.hash}`,
    });
    return answer.reference;
  }

  /**
   * Points a branch at a commit if it still stands at `expectedHash`. A repeat after a lost answer succeeds.
   *
   * @throws NessieConflictError when the branch stands somewhere else.
   */
  async assignBranch(name: string, expectedHash: string, to: Required<At>): Promise<Reference> {
    try {
      const answer = await this.call({
        method: 'PUT',
        path: `trees/${refPath({ name, hash: expectedHash })}`,
        query: { type: 'BRANCH' },
        body: { type: 'BRANCH', ...to },
        answer: answers.reference,
        operation: `point ${name} at ${to.name}@${to.hash}`,
      });
      return answer.reference;
    } catch (error) {
      if (!(error instanceof NessieConflictError)) throw error;
      const now = await this.getReference(name);
      if (now.hash !== to.hash) throw error;
      return now;
    }
  }

  /** @throws NessieConflictError when the branch moved; NessieReferenceNotFoundError when it is gone. */
  async deleteBranch(name: string, expectedHash: string): Promise<void> {
    await this.call({
      method: 'DELETE',
      path: `trees/${refPath({ name, hash: expectedHash })}`,
      query: { type: 'BRANCH' },
      answer: z.unknown(),
      operation: `delete ${name}`,
    });
  }

  /** Contents of the dotted keys given; a key that does not exist is absent from the map. */
  async getContents(at: At, keys: string[]): Promise<Map<string, Content>> {
    const answer = await this.call({
      method: 'POST',
      path: `trees/${refPath(at)}/contents`,
      body: { requestedKeys: keys.map((key) => ({ elements: key.split('.') })) },
      answer: answers.contents,
      operation: `read ${keys.join(', ')} on ${at.name}`,
    });
    return new Map(answer.contents.map((entry) => [dotted(entry.key), entry.content]));
  }

  /** Everything a commit holds, namespaces too, by dotted key. */
  async listContents(at: At): Promise<Map<string, Content>> {
    const entries = await this.pages(
      {
        path: `trees/${refPath(at)}/entries`,
        query: { content: 'true' },
        answer: answers.entries,
        operation: `list what ${at.name}@${at.hash ?? 'head'} holds`,
      },
      (page) => page.entries,
    );
    return new Map(entries.map((entry) => [dotted(entry.name), entry.content]));
  }

  /** Every key whose content differs; each reference by name, or by name and hash. */
  async diff(from: At, to: At): Promise<Change[]> {
    const diffs = await this.pages(
      {
        path: `trees/${refPath(from)}/diff/${refPath(to)}`,
        answer: answers.diff,
        operation: `compare ${from.name} with ${to.name}`,
      },
      (page) => page.diffs,
    );
    return diffs.map((diff) => ({ key: dotted(diff.key), from: diff.from ?? null, to: diff.to ?? null }));
  }

  /** Newest first, along first parents. */
  async log(at: At, options: LogOptions): Promise<Commit[]> {
    const entries = await this.pages(
      {
        path: `trees/${refPath(at)}/history`,
        query: { 'limit-hash': options.untilHash },
        answer: answers.history,
        operation: `read history of ${at.name}`,
      },
      (page) => page.logEntries,
      options.max,
    );
    return entries
      .map(({ commitMeta: meta }) => ({
        hash: meta.hash,
        message: meta.message,
        committed_at: meta.commitTime ?? null,
        parents: meta.parentCommitHashes,
        properties: Object.fromEntries(
          Object.entries(meta.allProperties ?? {}).map(([name, values]) => [name, values[0] ?? '']),
        ),
      }))
      .filter((commit) => commit.hash !== options.untilHash);
  }

  /**
   * One commit on a branch that stands at `expectedHash`, or whose head has not changed the same keys since.
   *
   * @throws NessieConflictError
   */
  async commit(at: Required<At>, message: string, operations: Operation[]): Promise<Reference> {
    const answer = await this.call({
      method: 'POST',
      path: `trees/${refPath(at)}/history/commit`,
      body: { commitMeta: { message, authors: ['currents'], properties: {} }, operations },
      answer: answers.commit,
      operation: `commit to ${at.name}: ${message}`,
    });
    return answer.targetBranch;
  }

  /**
   * Merges one commit of a branch into another as a single commit. Merging the same commit again is not
   * applied again; always look at `wasApplied`, never at the HTTP status.
   *
   * @throws MisnamedMergeFieldError, NessieReferenceNotFoundError, NessieUnavailableError. A conflict is a
   * result.
   */
  async merge(request: MergeRequest): Promise<MergeResult> {
    const body = mergeBody(request);
    const expectedHash = request.expectedIntoHash ?? (await this.getReference(request.into)).hash;
    const answer = await this.call({
      method: 'POST',
      path: `trees/${refPath({ name: request.into, hash: expectedHash })}/history/merge`,
      body,
      answer: answers.merge,
      operation: `merge ${request.from}@${request.fromHash} into ${request.into}`,
    });
    return mergeResult(answer);
  }

  private async pages<Schema extends z.ZodType<{ hasMore: boolean; token?: string | null }>, Item>(
    call: NessieCall<Schema>,
    itemsOf: (page: z.infer<Schema>) => Item[],
    max = Number.POSITIVE_INFINITY,
  ): Promise<Item[]> {
    const items: Item[] = [];
    for (let token: string | undefined; ;) {
      const query = {
        ...call.query,
        'max-records': Math.min(PAGE_RECORDS, max - items.length),
        'page-token': token,
      };
      const page: z.infer<Schema> = await this.call({ ...call, query });
      items.push(...itemsOf(page));
      token = page.hasMore ? (page.token ?? undefined) : undefined;
      if (token === undefined || items.length >= max) return items.slice(0, max);
    }
  }

  private call<Schema extends z.ZodType>(call: NessieCall<Schema>): Promise<z.infer<Schema>> {
    return callNessie(this.url, call, this.options);
  }
}
