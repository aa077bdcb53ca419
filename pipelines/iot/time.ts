/** Telemetry has instants only: its clock is UTC, and a day begins at midnight. */
export const TELEMETRY_CLOCK = { utcOffset_ms: 0, dayStart_ms: 0 } as const;

/** How often waiting records are refined; a run that takes longer is followed by the next one. */
export const REFINE_EVERY_MS = 15_000;
