import { msToNumber } from '@temporalio/common/lib/time';
import type { ActivityOptions } from '@temporalio/workflow';
import { LONGEST_RUN_HOURS } from '../../../settings/config';
import { heavy } from '../../../workflows/proxyOptions';

jest.mock('@temporalio/workflow', () => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  proxyActivities: (options: ActivityOptions) => options,
}));

it('is longer than all attempts of the longest activity, and the pauses between them', () => {
  const { startToCloseTimeout, retry } = heavy as unknown as ActivityOptions;
  const attempt_ms = msToNumber(startToCloseTimeout!) + msToNumber(retry!.maximumInterval!);
  expect(attempt_ms * retry!.maximumAttempts!).toBeLessThan(LONGEST_RUN_HOURS * 3_600_000);
});
