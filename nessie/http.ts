import type { z } from 'zod';
import {
  NessieConflictError,
  NessieReferenceExistsError,
  NessieReferenceNotFoundError,
  NessieRefusedError,
  NessieUnavailableError,
  type NessieConflictDetail,
} from './errors';
import { answers, dotted, type At, type Conflict } from './model';

const DEFAULT_TIMEOUT_MS = 15_000;

export interface NessieOptions {
  /** Longest wait for one answer, body included. */
  timeout_ms?: number;
  /** Aborting rejects the call in flight with the signal's own reason. */
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

export interface NessieCall<Schema extends z.ZodType> {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** Shape of the answer. */
  answer: Schema;
  /** The operation and its object, for error messages. */
  operation: string;
}

/** `name` or `name@hash`, escaped for a URL path: names may hold slashes. */
export function refPath(at: At): string {
  return encodeURIComponent(at.name) + (at.hash === undefined ? '' : `@${at.hash}`);
}

/**
 * One call to Nessie, not repeated here: callers retry repeatable calls.
 *
 * @throws one class of nessie/errors.ts per condition; the signal's reason when it was aborted.
 */
export async function callNessie<Schema extends z.ZodType>(
  url: string,
  call: NessieCall<Schema>,
  options: NessieOptions,
): Promise<z.infer<Schema>> {
  const { status, text } = await exchange(url, call, options);
  if (status >= 400) throw errorOf(call.operation, status, text);
  const parsed = call.answer.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new NessieUnavailableError(
      call.operation,
      `HTTP ${status} with ${text.slice(0, 200)}`,
      parsed.error,
    );
  return parsed.data;
}

async function exchange(
  url: string,
  call: NessieCall<z.ZodType>,
  options: NessieOptions,
): Promise<{ status: number; text: string }> {
  const timeout = AbortSignal.timeout(options.timeout_ms ?? DEFAULT_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await fetch(addressOf(url, call), {
      method: call.method ?? 'GET',
      signal,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...options.headers },
      body: call.body === undefined ? undefined : textOf(call.body),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw new NessieUnavailableError(call.operation, `${reasonOf(error)} at ${url}`, error);
  }
}

function addressOf(url: string, call: NessieCall<z.ZodType>): string {
  const address = new URL(`${url.replace(/\/$/, '')}/${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return address.toString();
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** Snapshot ids are 63-bit numbers, which JSON.parse would round: here they are text. */
function textOf(body: unknown): string {
  return JSON.stringify(body).replace(/"snapshotId":"(-?\d+)"/g, '"snapshotId":$1');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text.replace(/("snapshotId"\s*:\s*)(-?\d+)/g, '$1"$2"'));
  } catch {
    return undefined;
  }
}

function errorOf(operation: string, status: number, text: string): Error {
  const answer = answers.error.safeParse(jsonOf(text));
  const message = answer.data?.message ?? text.slice(0, 200);
  const errorCode = answer.data?.errorCode ?? 'UNKNOWN';
  if (status >= 500 || status === 429 || !answer.success)
    return new NessieUnavailableError(operation, `HTTP ${status}: ${message}`);
  if (errorCode === 'REFERENCE_ALREADY_EXISTS') return new NessieReferenceExistsError(operation, message);
  if (status === 409)
    return new NessieConflictError(
      operation,
      message,
      conflictDetails(answer.data.errorDetails?.conflicts ?? []),
    );
  if (status === 404) return new NessieReferenceNotFoundError(operation, message);
  return new NessieRefusedError(operation, { status, errorCode, message });
}

export function conflictDetails(conflicts: Conflict[]): NessieConflictDetail[] {
  return conflicts.map((found) => ({
    type: found.conflictType ?? 'UNKNOWN',
    key: found.key ? dotted(found.key) : '',
    message: found.message ?? '',
  }));
}
