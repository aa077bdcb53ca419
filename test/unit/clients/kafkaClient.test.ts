import { scheduleCheck } from '../../../clients/kafka/kafkaClient';

type Queue = ThisParameterType<typeof scheduleCheck>;

function queue(state: Partial<Queue>): Queue {
  const checkPendingRequests = jest.fn();
  return {
    throttleCheckTimeoutId: null,
    throttledUntil: -1,
    pending: [],
    checkPendingRequests,
    ...state,
  } as Queue;
}

describe("a broker connection's look for waiting requests", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('sets no timer while none waits: kafkajs sets one of a negative time each millisecond', () => {
    scheduleCheck.call(queue({}));
    scheduleCheck.call(queue({ throttledUntil: Date.now() + 500 }));
    expect(jest.getTimerCount()).toBe(0);
  });

  test.each([
    ['after 10 ms where requests wait for answers', -1, 10],
    ['when the broker ends its throttle', 500, 500],
  ])('comes %s', (_, throttle_ms, due_ms) => {
    const waiting = queue({ pending: [{}], throttledUntil: throttle_ms < 0 ? -1 : Date.now() + throttle_ms });
    scheduleCheck.call(waiting);
    scheduleCheck.call(waiting);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(due_ms - 1);
    expect(waiting.checkPendingRequests).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(waiting.checkPendingRequests).toHaveBeenCalledTimes(1);
    expect(waiting.throttleCheckTimeoutId).toBeNull();
  });
});
