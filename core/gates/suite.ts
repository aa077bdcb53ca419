import { z } from 'zod';
import { tableName } from '../names';

/**
 * Effect of a failed expectation: `critical` stops the merge; `error` does above a share; the others report.
 */
export const severities = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** `warn` is accepted for `warning`; absent is critical, as in Great Expectations 1.x. */
const severity = z
  .preprocess((given) => (given === 'warn' ? 'warning' : given), z.enum(severities))
  .default('critical');

const expectation = z.strictObject({
  type: z.string().min(1),
  kwargs: z.record(z.string(), z.unknown()).default({}),
  meta: z.record(z.string(), z.unknown()).nullish(),
  severity,
  id: z.string().nullish(),
  description: z.string().nullish(),
  notes: z.unknown().optional(),
  rendered_content: z.unknown().optional(),
});

/** Which rows of which table a suite audits; our extension, kept in the format's `meta`. */
const binding = z.strictObject({
  pipeline: z.string(),
  stage: z.enum(['bronze', 'silver', 'gold']),
  /** `schema.table`; the catalog is the audited branch's. */
  table: tableName,
  /** `run`: rows this run wrote; `window`: the trading intervals it touched; `table`: all rows. */
  scope: z.enum(['run', 'window', 'table']),
  /** Columns that identify a row in samples. */
  key_columns: z.array(z.string()).default([]),
});

const suite = z.strictObject({
  name: z.string().min(1),
  id: z.string().nullish(),
  expectations: z.array(expectation),
  meta: z.looseObject({ currents: binding.optional() }).nullish(),
  suite_parameters: z.record(z.string(), z.unknown()).nullish(),
  notes: z.unknown().optional(),
});

export type Expectation = z.infer<typeof expectation>;
export type Binding = z.infer<typeof binding>;
export type Suite = z.infer<typeof suite>;

/** The suite, or every problem found in it, each with its place. */
export function readSuite(json: unknown, origin: string): { suite: Suite } | { problems: string[] } {
  const parsed = suite.safeParse(json);
  if (parsed.success) return { suite: parsed.data };
  return {
    problems: parsed.error.issues.map(
      (issue) => `${origin}: ${issue.path.join('.') || 'suite'}: ${issue.message}`,
    ),
  };
}
