const DURATION = /^P(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+)S)?)?$/;

/** Milliseconds of an ISO 8601 duration in days to seconds, such as `PT1H`; undefined for any other text. */
export function duration_ms(text: string): number | undefined {
  const parts = DURATION.exec(text)?.groups;
  if (!parts || !/\d/.test(text)) return undefined;
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = parts;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
