import { SchemaRegistryAnswerError, SchemaRegistryUnavailableError } from './errors';

/** A cold registry takes 2 s for its first Protobuf schema, on two busy cores several times as long. */
const PATIENT_MS = 30_000;

export interface RegistryRequest {
  method: 'GET' | 'POST' | 'PUT';
  /** Below the root. */
  path: string;
  body?: unknown;
  /** Statuses that are an answer. */
  expected: readonly number[];
  timeout_ms?: number;
}

export interface RegistryAnswer {
  status: number;
  body: unknown;
}

/** @throws SchemaRegistryUnavailableError, SchemaRegistryAnswerError for another status than the expected */
export async function ask(root: string, request: RegistryRequest): Promise<RegistryAnswer> {
  const { method, path, expected } = request;
  const { status, text } = await answered(root, request);
  if (status >= 500)
    throw new SchemaRegistryUnavailableError(root, new Error(`${method} ${path}: ${status} ${text}`));
  if (!expected.includes(status))
    throw new SchemaRegistryAnswerError(`${method} ${path}`, expected.join(' or '), `${status} ${text}`);
  return { status, body: jsonIn(text, `${method} ${path}`) };
}

async function answered(
  root: string,
  { method, path, body, timeout_ms = PATIENT_MS }: RegistryRequest,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(`${root}${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeout_ms),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new SchemaRegistryUnavailableError(root, error);
  }
}

function jsonIn(text: string, request: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SchemaRegistryAnswerError(request, 'JSON', text.slice(0, 200));
  }
}
