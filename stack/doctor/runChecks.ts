import type { Config } from '../../settings/config';
import { readStackStatus } from '../control';
import type { Check, CheckResult } from './check';
import { MACHINE_CHECKS } from './machineChecks';
import { SERVICE_CHECKS } from './serviceChecks';

/** Every check in order, each with its finding. A check that cannot be made has failed, and says why. */
export async function runChecks(config: Config): Promise<CheckResult[]> {
  const context = { config, stack: await readStackStatus(config) };
  return Promise.all(
    [...MACHINE_CHECKS, ...SERVICE_CHECKS].map(async (check) => ({
      name: check.name,
      ...(await attempt(check, context)),
    })),
  );
}

async function attempt(
  check: Check,
  context: Parameters<Check['run']>[0],
): Promise<Omit<CheckResult, 'name'>> {
  try {
    return await check.run(context);
  } catch (error) {
    return {
      verdict: 'bad',
      finding: `could not be checked: ${(error as Error).message}`,
      fix: 'currents logs supervisor',
    };
  }
}
