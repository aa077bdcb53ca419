export const BUNDLE_VARIABLE = 'TEST_WORKFLOW_BUNDLE';

/** Where the global set-up put the bundle of today's workflow code. */
export function bundlePath(): string {
  const file = process.env[BUNDLE_VARIABLE];
  if (file === undefined)
    throw new Error(`expected ${BUNDLE_VARIABLE} from the global set-up of this Jest project, found none`);
  return file;
}
