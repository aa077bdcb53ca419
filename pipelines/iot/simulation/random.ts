/** A source of numbers in [0, 1); the same seed always gives the same numbers, on every machine. */
export type Random = () => number;

/** Random numbers for one named purpose, so that another purpose that takes more of them changes none. */
export function randomFor(seed: number, name: string): Random {
  let state = (hashOf(name) ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number between the limits. */
export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

/** One of the items, each as likely as the others. */
export function oneOf<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
