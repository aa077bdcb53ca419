/** A source of numbers in [0, 1); the same seed always gives the same numbers, on every machine. */
export type Random = () => number;

/**
 * Random numbers for one named purpose. Seeding by name rather than drawing from one stream keeps a unit's
 * values the same when units, intervals or oddities are added elsewhere.
 */
export function randomFor(seed: number, ...names: (string | number)[]): Random {
  let state = (hash(names.join('|')) ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state);
  };
}

/**
 * Value in [0, 1) that wanders smoothly with `position`: equal positions give equal values, near ones near
 * values.
 */
export function smoothNoise(seed: number, name: string, position: number): number {
  const before = Math.floor(position);
  const weight = (1 - Math.cos((position - before) * Math.PI)) / 2;
  const from = randomFor(seed, name, before)();
  const to = randomFor(seed, name, before + 1)();
  return from + (to - from) * weight;
}

/** The mulberry32 finaliser: 32 bits in, 32 well-mixed bits out. */
function mix(state: number): number {
  let bits = Math.imul(state ^ (state >>> 15), state | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
}

/** FNV-1a over UTF-16 code units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
