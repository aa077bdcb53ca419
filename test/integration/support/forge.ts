import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Plan } from '../../../pipelines/nem/demo/plan';
import type { SiteFile } from '../../../pipelines/nem/demo/siteFile';

/** The plan's telemetry file of its n-th interval, with its text changed by hand and zipped again. */
export function forgedScada(plan: Plan, interval: number, change: (csv: string) => string): SiteFile {
  const file = plan.files.filter(
    ({ path }) => path.includes('PUBLIC_DISPATCHSCADA_') && !path.includes('DUPLICATE'),
  )[interval]!;
  const [[name, bytes]] = Object.entries(unzipSync(file.bytes)) as [[string, Uint8Array]];
  return {
    path: file.path,
    published_nem_ms: file.published_nem_ms,
    bytes: Buffer.from(zipSync({ [name]: strToU8(change(strFromU8(bytes))) })),
  };
}

/** Gives one unit's row another value. */
export function withValue(csv: string, unitId: string, value: string): string {
  return csv
    .split('\r\n')
    .map((line) => {
      const cells = line.split(',');
      if (cells[0] === 'D' && cells[5] === unitId) cells[6] = value;
      return cells.join(',');
    })
    .join('\r\n');
}
