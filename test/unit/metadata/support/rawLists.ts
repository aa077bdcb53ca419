import { strFromU8, unzipSync } from 'fflate';
import { realBytes } from '../../../realData';

/**
 * The operator's lists read by another route than the product's, so that counts over them are independent:
 * the workbook's XML by pattern, the CSV by a split that knows quotes.
 */
export type RawRow = Record<string, string | undefined>;

const WORKBOOK = 'reference/NEM-Registration-and-Exemption-List.xlsx';
const CO2_LIST = 'reference/CO2EII_AVAILABLE_GENERATORS_2017_43_20171103104827.CSV';

/** Rows of the sheet "PU and Scheduled Loads", which is the fifth. */
export async function workbookRows(): Promise<RawRow[]> {
  const files = unzipSync(realBytes(WORKBOOK));
  const text = (name: string) => strFromU8(files[name]!);
  const shared = [...text('xl/sharedStrings.xml').matchAll(/<si>([\s\S]*?)<\/si>|<si\/>/g)].map(
    ([, item = '']) =>
      plainXml([...item.matchAll(/<t[^>]*>([\s\S]*?)<\/t>/g)].map(([, part]) => part).join('')),
  );
  const id = /<sheet [^>]*name="PU and Scheduled Loads"[^>]*r:id="([^"]+)"/.exec(
    text('xl/workbook.xml'),
  )![1]!;
  const relation = text('xl/_rels/workbook.xml.rels')
    .split('<Relationship ')
    .find((item) => item.includes(`Id="${id}"`))!;
  const sheet = text(`xl/${/Target="([^"]+)"/.exec(relation)![1]!.replace(/^\/?(xl\/)?/, '')}`);
  const rows = [...sheet.matchAll(/<row [^>]*?>([\s\S]*?)<\/row>/g)].map(([, row = '']) =>
    Object.fromEntries(
      [...row.matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)].map(
        ([, column, kind, body]) => {
          const value = /<v>([\s\S]*?)<\/v>/.exec(body ?? '')?.[1] ?? '';
          return [
            column!,
            kind!.includes('t="s"') && value !== '' ? shared[Number(value)]! : plainXml(value),
          ];
        },
      ),
    ),
  );
  const [header, ...body] = rows;
  const names = Object.entries(header!);
  return Promise.resolve(
    body.map((row) => Object.fromEntries(names.map(([column, name]) => [name, row[column] ?? '']))),
  );
}

export function co2Rows(): RawRow[] {
  return monthlyRows(CO2_LIST);
}

/** The D rows of a monthly file with one table. */
export function monthlyRows(file: string): RawRow[] {
  const lines = realBytes(file).toString('latin1').split(/\r?\n/);
  const cells = (line: string) =>
    line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((cell) => cell.replaceAll('"', ''));
  const names = cells(lines[1]!);
  return lines
    .filter((line) => line.startsWith('D,'))
    .map((line) => Object.fromEntries(cells(line).map((cell, index) => [names[index]!, cell])));
}

function plainXml(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name]!);
}
