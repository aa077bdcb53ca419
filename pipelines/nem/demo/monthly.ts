import { unzipSync } from 'fflate';
import { zippedReport } from './csvReport';
import { DAY_MS, nameStamp, reportStamp } from './nemStamp';
import type { Plan } from './plan';
import type { PlannedFile } from './plannedFile';
import type { SiteFile } from './siteFile';

/** Names since August 2024 (`PUBLIC_ARCHIVE#...`) and before (`PUBLIC_DVD_...`). */
export type MonthlyNaming = 'archive' | 'dvd';

const MONTHLY: { table: string; key: string; report: PlannedFile['report'] }[] = [
  { table: 'DISPATCH_UNIT_SCADA', key: 'DISPATCH,UNIT_SCADA', report: 'DISPATCHSCADA' },
  { table: 'DISPATCHPRICE', key: 'DISPATCH,PRICE', report: 'DISPATCHIS' },
  { table: 'DISPATCHREGIONSUM', key: 'DISPATCH,REGIONSUM', report: 'DISPATCHIS' },
  { table: 'DISPATCHINTERCONNECTORRES', key: 'DISPATCH,INTERCONNECTORRES', report: 'DISPATCHIS' },
];

/**
 * The plan's month as the monthly archive has it: one table a file, the rows of all files that were published
 * whole, under either naming. The plan must lie in one month.
 */
export function monthlyFiles(plan: Plan, naming: MonthlyNaming): SiteFile[] {
  return MONTHLY.map(({ table, key, report }) => monthlyFile(plan, naming, table, rowsOf(plan, report, key)));
}

function rowsOf(plan: Plan, report: PlannedFile['report'], key: string): string[] {
  const files = plan.files.filter((file) => file.report === report && file.outcome.kind === 'taken');
  const lines = files.flatMap(({ bytes }) =>
    Object.values(unzipSync(bytes)).flatMap((csv) => Buffer.from(csv).toString('latin1').split('\r\n')),
  );
  return [
    lines.find((line) => line.startsWith(`I,${key},`))!,
    ...lines.filter((line) => line.startsWith(`D,${key},`)),
  ];
}

function monthlyFile(plan: Plan, naming: MonthlyNaming, table: string, rows: string[]): SiteFile {
  const month = nameStamp(plan.from_nem_ms, 8).slice(0, 6);
  const published_nem_ms = plan.from_nem_ms + 40 * DAY_MS;
  const name =
    naming === 'dvd'
      ? `PUBLIC_DVD_${table}_${month}010000.zip`
      : `PUBLIC_ARCHIVE#${table}#FILE01#${month}010000.zip`;
  const [day, time] = reportStamp(published_nem_ms).split(' ');
  const header = `C,SETP.WORLD,DVD_${table},AEMO,PUBLIC,${day},${time},001725791705787,MONTHLY_ARCHIVE,001725791705787`;
  const text = [header, ...rows, `C,"END OF REPORT",${rows.length + 2}`, ''].join('\r\n');
  const folder =
    `/Data_Archive/Wholesale_Electricity/MMSDM/${month.slice(0, 4)}/` +
    `MMSDM_${month.slice(0, 4)}_${month.slice(4)}/MMSDM_Historical_Data_SQLLoader/DATA`;
  return { path: `${folder}/${name}`, bytes: zippedReport(name, text, published_nem_ms), published_nem_ms };
}
