import { Kafka, type KafkaConfig } from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue';

/** As in kafkajs: the delay before it checks again while requests wait for other answers. */
const LOOK_AGAIN_MS = 10;

/**
 * A kafkajs client whose idle connections set no timer. As shipped (2.2.4) each looks every millisecond for
 * requests to send, by a timer whose time is negative, of which Node 24 warns.
 */
export function kafkaClient(config: KafkaConfig): Kafka {
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleCheck;
  return new Kafka(config);
}

/** Adding or ending a request checks by itself, so a timer is needed only while some wait. */
export function scheduleCheck(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
  const throttled_ms = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttled_ms > 0 ? throttled_ms : LOOK_AGAIN_MS,
  );
}
