import { unzipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { readReportFile, type ReportReading } from '../../../pipelines/nem/source/reportReading';
import type { RowOutcome } from '../../../pipelines/nem/source/rowMessages';
import { describeReal, realBytes, realNames } from '../../realData';
import { DISPATCHIS_NAME, reportZip, SCADA_NAME } from './zippedReports';
import { parseAll, scadaReport, scadaRow } from './reportText';

function read(fileName: string, bytes: Buffer): Promise<ReportReading> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return readReportFile({ fileName, bytes, sha256, ingestedAt: '2026-11-21T03:00:00.000Z' });
}

function valuesOf(outcome: RowOutcome): Record<string, unknown> {
  if (outcome.kind !== 'row') throw new Error(`expected a row, found ${outcome.reason}`);
  return (JSON.parse(outcome.value) as { values: Record<string, unknown> }).values;
}

describe('a file', () => {
  const good = scadaReport([scadaRow(), scadaRow({ duid: '' }), scadaRow({ value: 'NaN' })]);

  it('gives the same outcomes each time it is read', async () => {
    const { outcomes, summary } = await read(SCADA_NAME, reportZip(SCADA_NAME, good));
    expect([...outcomes]).toEqual([...outcomes]);
    expect(summary).toMatchObject({
      report: 'DISPATCHSCADA',
      intervalEndNem: '2025/12/27 00:05:00',
      headerAtNem: '2025/12/27 00:00:23',
      physicalLines: 6,
      rows: { nem_dispatch: 1 },
      deadLetters: { empty_unit_id: 1, scadavalue_not_a_number: 1 },
    });
  });

  it.each([
    [
      'a name the pipeline does not know',
      'PUBLIC_PREDISPATCHIS_202610091200_20261009113200.zip',
      good,
      'unknown_report',
    ],
    ['the name of another report', DISPATCHIS_NAME, good, 'report_mismatch'],
    ['no footer', SCADA_NAME, good.slice(0, good.lastIndexOf('C,')), 'file_truncated'],
    ['an HTML page inside', SCADA_NAME, '<html></html>', 'file_header'],
    ['nothing inside', SCADA_NAME, '', 'file_empty'],
  ])('with %s gives no row', async (_, name, csv, reason) => {
    await expect(read(name, reportZip(SCADA_NAME, csv))).rejects.toMatchObject({
      code: 'UNTRUSTED_FILE',
      kind: 'data',
      retryable: false,
      reason,
      details: { reason },
    });
  });
});

/** The file was trimmed by others and keeps the original's count of lines; here it is made to fit. */
function withOwnFooter(name: string, zip: Buffer): Buffer {
  return withFooter(name, Buffer.from(Object.values(unzipSync(zip))[0]!));
}

function withFooter(name: string, bytes: Buffer): Buffer {
  const csv = bytes.toString('latin1');
  const body = csv.replace(/C,"?END OF REPORT"?,\d+\s*$/, '');
  return reportZip(name, `${body}C,"END OF REPORT",${body.split('\n').length}`);
}

it('a forecast may speak of days to come', async () => {
  const name = 'PUBLIC_ROOFTOP_PV_FORECAST_20260824090000_0000000534185095.zip';
  const csv = [
    'C,NEMP.WORLD,ROOFTOP_PV_FORECAST,AEMO,PUBLIC,2026/08/24,09:00:01,0000000534185095,DEMAND,0000000534185095',
    'I,ROOFTOP,FORECAST,1,VERSION_DATETIME,REGIONID,INTERVAL_DATETIME,' +
      'POWERMEAN,POWERPOE50,POWERPOELOW,POWERPOEHIGH,LASTCHANGED',
    'D,ROOFTOP,FORECAST,1,"2026/08/24 09:00:00",NSW1,"2026/09/01 09:00:00",3300,3310,3200,3400,"2026/08/24 08:51:58"',
    'C,"END OF REPORT",4',
    '',
  ].join('\r\n');
  const { summary } = await read(name, reportZip(name, csv));
  expect(summary).toMatchObject({
    report: 'ROOFTOP_FORECAST',
    intervalEndNem: '2026/08/24 09:00:00',
    rows: { nem_rooftop_forecast: 1 },
    deadLetters: {},
    drift: { nem_rooftop_forecast: { missing: [], added: [] } },
  });
});

it('a value that the contract does not allow is a dead letter', async () => {
  const name = 'PUBLIC_ROOFTOP_PV_ACTUAL_SATELLITE_20260824090000_0000000534185099.zip';
  const csv = [
    'C,NEMP.WORLD,ROOFTOP_PV_ACTUAL_SATELLITE,AEMO,PUBLIC,2026/08/24,09:00:01,0000000534185099,DEMAND,0000000534185099',
    'I,ROOFTOP,ACTUAL,2,INTERVAL_DATETIME,REGIONID,POWER,QI,TYPE,LASTCHANGED',
    'D,ROOFTOP,ACTUAL,2,"2026/08/24 08:30:00",NSW1,3300,0.6,SATELLITE,"2026/08/24 08:51:58"',
    'D,ROOFTOP,ACTUAL,2,"2026/08/24 08:30:00",QLD1,3300,0.6,GUESS,"2026/08/24 08:51:58"',
    'C,"END OF REPORT",5',
    '',
  ].join('\r\n');
  const { summary, outcomes } = await read(name, reportZip(name, csv));
  expect(summary).toMatchObject({ rows: { nem_rooftop: 1 }, deadLetters: { type_not_allowed: 1 } });
  expect([...outcomes].at(-1)).toMatchObject({
    rule: 'allowed_values:TYPE',
    explanation: 'expected MEASUREMENT, SATELLITE, DAILY in TYPE, found "GUESS"',
  });
});

describeReal('the real file', () => {
  it('of DISPATCHSCADA has 493 units', async () => {
    const { summary, outcomes } = await read(
      SCADA_NAME,
      reportZip(SCADA_NAME, realBytes('dispatchscada/sample_dispatchscada.csv')),
    );
    expect(summary).toMatchObject({
      physicalLines: 496,
      rows: { nem_dispatch: 493 },
      deadLetters: {},
      unusedTables: {},
      drift: { nem_dispatch: { missing: [], added: [] } },
    });
    const rows = [...outcomes];
    expect(new Set(rows.map(({ key }) => key)).size).toBe(493);
    const values = rows.map((row) => (row.kind === 'row' ? valuesOf(row)['scada_value_mw'] : Number.NaN));
    expect(values.filter((value) => Number(value) < 0)).toHaveLength(39);
  });

  it('of TRADINGIS has the price of five regions, and flows that are not used', async () => {
    const name = 'PUBLIC_TRADINGIS_202403031335_0000000412683134.zip';
    const { summary, outcomes } = await read(name, realBytes(`tradingis/${name}`));
    expect(summary).toMatchObject({
      report: 'TRADINGIS',
      intervalEndNem: '2024/03/03 13:35:00',
      rows: { nem_trading_price: 5 },
      deadLetters: {},
      unusedTables: { 'TRADING.INTERCONNECTORRES': 6 },
      drift: { nem_trading_price: { missing: [], added: [] } },
    });
    expect([...outcomes].map(({ key }) => key).sort()).toEqual(['NSW1', 'QLD1', 'SA1', 'TAS1', 'VIC1']);
  });

  it('of NEXT_DAY_DISPATCH has the targets of a trading day', async () => {
    const name = 'PUBLIC_NEXT_DAY_DISPATCH_20260514_0000000517721207.zip';
    const file = `mms_nemosis_trimmed/Reports/Current/Next_Day_Dispatch/${name}`;
    const { summary, outcomes } = await read(name, withOwnFooter(name, realBytes(file)));
    expect(summary).toMatchObject({
      report: 'NEXT_DAY_DISPATCH',
      intervalEndNem: '2026/05/15 04:00:00',
      headerAtNem: '2026/05/15 04:10:00',
      rows: { nem_unit_solution: 576 },
      deadLetters: {},
      unusedTables: {},
      drift: { nem_unit_solution: { missing: [], added: [] } },
    });
    expect([...new Set([...outcomes].map(({ key }) => key))].sort()).toEqual(['AGLHAL', 'HDWF2']);
  });

  it('of P5MIN has forecasts of intervals that end after the file was made', async () => {
    const name = 'PUBLIC_P5MIN_202610091150_20261009114620.zip';
    const file = 'p5min/PUBLIC_P5MIN_202610091150_20261009114620.excerpt.CSV';
    const { summary, outcomes } = await read(name, withFooter(name, realBytes(file)));
    expect(summary).toMatchObject({
      report: 'P5MIN',
      intervalEndNem: '2026/10/09 11:50:00',
      rows: { nem_price_forecast: 3 },
      deadLetters: {},
      drift: { nem_price_forecast: { missing: [], added: [] } },
    });
    expect([...outcomes].map(({ key }) => key)).toEqual(['NSW1', 'NSW1', 'SA1']);
  });

  it('of DISPATCHIS has five regions and six interconnectors', async () => {
    const { summary, outcomes } = await read(
      DISPATCHIS_NAME,
      reportZip(DISPATCHIS_NAME, realBytes('dispatchis/sample_dispatchis.csv')),
    );
    expect(summary).toMatchObject({
      physicalLines: 985,
      rows: { nem_price: 5, nem_region: 5, nem_interconnector: 6, nem_case: 1 },
      deadLetters: {},
      unusedTables: { 'DISPATCH.LOCAL_PRICE': 80, 'DISPATCH.CONSTRAINT': 876, 'DISPATCH.INTERCONNECTION': 3 },
    });
    expect(Object.values(summary.drift)).toEqual(
      Array.from({ length: 4 }, () => ({ missing: [], added: [] })),
    );
    const nsw = [...outcomes].find(({ topic, key }) => topic === 'nem_region' && key === 'NSW1');
    expect(valuesOf(nsw!)).toMatchObject({
      demand_mw: 6257.51,
      net_interchange_mw: -926.13,
      wind_uigf_mw: 1535.41861,
      available_generation_mw: 12222.41861,
    });
  });

  it('of rooftop solar in December 2019 has 30 720 rows, 16 of them without power', async () => {
    const name = 'PUBLIC_DVD_ROOFTOP_PV_ACTUAL_201912010000.zip';
    const { summary } = await read(name, realBytes(`rooftop/${name}`));
    expect(summary).toMatchObject({
      report: 'MMSDM',
      physicalLines: 30_723,
      rows: { nem_rooftop: 30_704 },
      deadLetters: { power_missing: 16 },
    });
  });

  it.each(realNames('legacy', /\.zip$/))('%s is a good report of another kind', async (name) => {
    await expect(read(name, realBytes(`legacy/${name}`))).rejects.toMatchObject({ reason: 'unknown_report' });
  });

  it.each([
    ['tradingis/PUBLIC_TRADINGIS_202403031335_0000000412683134.CSV', 15, 11],
    ['mms_full_2017_06/PUBLIC_DVD_DUDETAILSUMMARY_201706010000.CSV', 8356, 8353],
    ['mms_full_2017_06/PUBLIC_DVD_STATION_201706010000.CSV', 318, 315],
  ])('%s has %i lines', (name, lines, rows) => {
    expect(parseAll(realBytes(name))).toMatchObject({ lines, rows });
  });

  const trimmed = realNames(
    'mms_nemosis_trimmed',
    /(UNIT_SCADA|DISPATCHPRICE|DISPATCHREGIONSUM|INTERCONNECTORRES|ROOFTOP_PV_ACTUAL).*\.zip$/,
  );

  it.each(trimmed)(
    '%s, trimmed by others, fails its own footer and has no column we do not know',
    async (name) => {
      const fileName = name.split('/').at(-1)!.replaceAll('%23', '#');
      await expect(read(fileName, realBytes(`mms_nemosis_trimmed/${name}`))).rejects.toMatchObject({
        reason: 'file_truncated',
      });
    },
  );
});
