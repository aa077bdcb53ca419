/** The part of kafkajs that no type of its own describes. */
declare module 'kafkajs/src/network/requestQueue' {
  class RequestQueue {
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    throttledUntil: number;
    pending: unknown[];
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
  export = RequestQueue;
}
