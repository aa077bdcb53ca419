import type { Subject } from '../../core/contract/subjects';
import { ask } from './request';

const CONFLUENT_PATH = /\/apis\/ccompat\/v\d+\/?$/;
const NO_REASON = 'a change that it gives no reason for';
const CONTENT_TYPE = { JSON: 'application/json', PROTOBUF: 'application/x-protobuf' };

/**
 * Why Apicurio would reject a schema, by a dry run of its own API: its check by Confluent's API says only
 * that it would. Writes nothing. Another registry gives its reasons itself.
 */
export async function reasonsOf(url: string, { name, type, schema }: Subject): Promise<string[]> {
  if (!CONFLUENT_PATH.test(url)) return [NO_REASON];
  const { body } = await ask(url.replace(CONFLUENT_PATH, '/apis/registry/v3'), {
    method: 'POST',
    path: `/groups/default/artifacts/${encodeURIComponent(name)}/versions?dryRun=true`,
    body: { content: { content: schema, contentType: CONTENT_TYPE[type] } },
    expected: [200, 400, 404, 409, 422],
  });
  const { causes = [] } = body as { causes?: { description?: string; context?: string }[] };
  const reasons = causes.map(
    ({ description, context }) => `${description ?? 'changed'} at ${context ?? '/'}`,
  );
  return reasons.length > 0 ? reasons : [NO_REASON];
}
