/** A column of telemetry that a column of a file fills, and what `reading` measures. */
export interface Measure {
  place: number;
  column: string;
  quantity?: string;
}

/** Words that real files name their columns by. */
const WORDS: readonly [word: RegExp, column: string][] = [
  [/^temp(erature)?$/, 'temperature_c'],
  [/^humidity$/, 'humidity_percent'],
  [/^pres(sure)?$/, 'pressure_hpa'],
  [/^vibration$/, 'vibration_mm_per_s'],
  [/^power$/, 'power_w'],
  [/^power_factor$/, 'power_factor'],
  [/^energy$/, 'energy_kwh'],
  [/^battery$/, 'battery_percent'],
  [/^(signal|rssi)$/, 'signal_dbm'],
];
/** Columns without one of their own; a message has room for one of them. */
const READINGS = ['value', 'co2', 'pm2.5'];

/** A file with a single `value` says by its name what that is. */
const IN_NAMES: readonly [word: RegExp, column: string][] = [
  [/temperature/, 'temperature_c'],
  [/humidity/, 'humidity_percent'],
  [/vibration/, 'vibration_mm_per_s'],
];

export function measuresOf(columns: readonly string[], stem: string): Measure[] {
  const found = columns.flatMap((name, place) => {
    const column = WORDS.find(([word, own]) => word.test(name) || own === name)?.[1];
    return column ? [{ place, column }] : [];
  });
  const reading = READINGS.find((name) => columns.includes(name));
  if (reading === undefined) return found;
  const place = columns.indexOf(reading);
  const named = reading === 'value' ? IN_NAMES.find(([word]) => word.test(stem))?.[1] : undefined;
  const quantity = reading === 'value' ? stem : reading;
  return [...found, named ? { place, column: named } : { place, column: 'reading', quantity }];
}
