import type { Message } from './message';

/** A record that breaks the contract, and the reason of the dead letter that it becomes. */
export interface BrokenKind {
  kind: string;
  deadLetter: string;
  write(message: Message): string;
}

const text = (message: Message, changes: Record<string, unknown>): string =>
  JSON.stringify({ ...message, ...changes });

const halfOf = (whole: string): string => whole.slice(0, Math.floor(whole.length / 2));

export const BROKEN_KINDS: readonly [BrokenKind, ...BrokenKind[]] = [
  {
    kind: 'truncated',
    deadLetter: 'malformed_json',
    write: (message) => halfOf(text(message, {})),
  },
  { kind: 'no_object', deadLetter: 'malformed_json', write: () => '[1, 2, 3]' },
  {
    kind: 'building_missing',
    deadLetter: 'building_id_missing',
    write: (message) => text(message, { building_id: undefined }),
  },
  {
    kind: 'device_empty',
    deadLetter: 'empty_device_id',
    write: (message) => text(message, { device_id: ' ' }),
  },
  {
    kind: 'temperature_in_words',
    deadLetter: 'temperature_c_not_a_number',
    write: (message) => text(message, { temperature_c: 'warm' }),
  },
  {
    kind: 'sequence_fractional',
    deadLetter: 'sequence_not_a_whole_number',
    write: (message) => text(message, { sequence: 1.5 }),
  },
  {
    kind: 'time_without_date',
    deadLetter: 'event_at_invalid',
    write: (message) => text(message, { event_at: message.event_at.slice(11, 16) }),
  },
  {
    kind: 'power_factor_above_one',
    deadLetter: 'power_factor_out_of_range',
    write: (message) => text(message, { power_factor: 1.4 }),
  },
];
