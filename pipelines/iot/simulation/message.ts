import type { Device } from './fleet';
import type { Reading } from './readings';

/** The fields of one message, by columns of the contract. */
export type Message = Readonly<Record<string, unknown>> & { device_id: string; event_at: string };

export function messageOf(device: Device, at_ms: number, sequence: number, reading: Reading): Message {
  return { ...device, event_at: new Date(at_ms).toISOString(), sequence, ...reading, is_simulated: true };
}

/** The message with its time moved. */
export function movedBy(message: Message, change_ms: number): Message {
  return { ...message, event_at: new Date(Date.parse(message.event_at) + change_ms).toISOString() };
}
