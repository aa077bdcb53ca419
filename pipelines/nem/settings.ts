import { z } from 'zod';

/** Settings of this pipeline, merged into the one schema (`settings/config.ts`). */
export const nemSettings = {
  API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://www.nemweb.com.au')
    .describe('Root of the NEMWEB site, under which /Reports/CURRENT and /Reports/ARCHIVE lie'),
  NEM_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{2,62}$/)
    .default('currents-landing')
    .describe('S3 bucket that keeps landed files'),
  NEM_REQUESTS_PER_SECOND: z.coerce
    .number()
    .positive()
    .max(100)
    .default(1)
    .describe('Requests a second to the site at most, whatever its address; never more than two at once'),
  NEM_HOLD_SECONDS: z.coerce
    .number()
    .positive()
    .max(3600)
    .default(30)
    .describe(
      'Quiet after the site answers 403, 429 or 503 without a Retry-After; doubles with each further one',
    ),
  CRC_CHECKPOINT_PATH: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe('File-based checkpoint of seen files, read and kept up to date beside our own'),
};
