import { movedBy, type Message } from './message';
import { between, type Random } from './random';

/** A record at the edge of what is right; `deadLetter`: the reason where it is beyond. */
export interface EdgeKind {
  kind: string;
  deadLetter: string | null;
  /** How often it comes, against the others. */
  weight: number;
  /** `previous`: the device's last plain message, if it has sent one. */
  make(message: Message, random: Random, previous: Message | undefined): Message | undefined;
}

const MINUTE_MS = 60_000;
const LATEST_MINUTES = 3 * 24 * 60;

const PLAIN: readonly EdgeKind[] = [
  {
    kind: 'late',
    deadLetter: null,
    weight: 3,
    make: (message, random) => movedBy(message, -MINUTE_MS * Math.round(between(random, 10, LATEST_MINUTES))),
  },
  { kind: 'out_of_order', deadLetter: null, weight: 3, make: (message) => movedBy(message, -30_000) },
  { kind: 'twice', deadLetter: null, weight: 3, make: (_, __, previous) => previous },
  {
    kind: 'clock_ahead',
    deadLetter: null,
    weight: 3,
    make: (message, random) => movedBy(message, MINUTE_MS * Math.round(between(random, 1, 30))),
  },
  {
    kind: 'at_the_limits',
    deadLetter: null,
    weight: 2,
    make: (message) => ({ ...message, power_factor: 1, humidity_percent: 100, battery_percent: 0 }),
  },
  {
    kind: 'unknown_fields',
    deadLetter: null,
    weight: 2,
    make: (message) => ({ ...message, firmware: { version: '2.1', modules: [{ name: 'radio', build: 7 }] } }),
  },
  {
    kind: 'other_alphabet',
    deadLetter: null,
    weight: 2,
    make: (message) => ({ ...message, zone: 'Nordflügel – 北' }),
  },
];

/** Rare, so that a share of problems is no share of losses. */
const BEYOND: readonly EdgeKind[] = [
  {
    kind: 'year_2200',
    deadLetter: 'event_at_in_future',
    weight: 1,
    make: (message) => ({ ...message, event_at: '2200-01-01T00:00:00.000Z' }),
  },
  {
    kind: 'year_1970',
    deadLetter: 'event_at_too_old',
    weight: 1,
    make: (message) => ({ ...message, event_at: '1970-01-01T00:00:00.000Z' }),
  },
  {
    kind: 'not_a_number',
    deadLetter: 'temperature_c_not_a_number',
    weight: 1,
    make: (message) => ({ ...message, temperature_c: 'NaN' }),
  },
];

const ALL = [...PLAIN, ...BEYOND];
const WEIGHTED = ALL.flatMap((each) => Array.from({ length: each.weight }, () => each));

export function edgeKind(random: Random): EdgeKind {
  return WEIGHTED[Math.floor(random() * WEIGHTED.length)] ?? WEIGHTED[0]!;
}
