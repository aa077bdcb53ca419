import { parseArchiveName } from '../../../pipelines/nem/source/archiveFiles';
import { parseListing } from '../../../pipelines/nem/source/listing';
import { parseReportFileName, REPORT_SOURCES } from '../../../pipelines/nem/source/reportFiles';
import { formatNemStamp, nemInstant } from '../../../pipelines/nem/time';
import { describeReal, realBytes } from '../../realData';

describe('names of report files', () => {
  it.each([
    [
      'PUBLIC_DISPATCHSCADA_202512270005_0000000495603158.zip',
      'DISPATCHSCADA',
      '2025/12/27 00:05:00',
      '00000000000495603158',
    ],
    [
      'public_dispatchis_202512270000_0000000495867501.ZIP',
      'DISPATCHIS',
      '2025/12/27 00:00:00',
      '00000000000495867501',
    ],
    [
      'PUBLIC_ROOFTOP_PV_ACTUAL_SATELLITE_20260824090000_0000000534185099.zip',
      'ROOFTOP',
      '2026/08/24 08:30:00',
      '00000000000534185099',
    ],
    [
      'PUBLIC_ROOFTOP_PV_ACTUAL_MEASUREMENT_20240303200000_0000000412707330.zip',
      'ROOFTOP',
      '2024/03/03 19:30:00',
      '00000000000412707330',
    ],
    [
      'PUBLIC_TRADINGIS_202403031335_0000000412683134.zip',
      'TRADINGIS',
      '2024/03/03 13:35:00',
      '00000000000412683134',
    ],
    [
      'PUBLIC_NEXT_DAY_DISPATCH_20260514_0000000517721207.zip',
      'NEXT_DAY_DISPATCH',
      '2026/05/15 04:00:00',
      '00000000000517721207',
    ],
    ['PUBLIC_P5MIN_202610091150_20261009114620.zip', 'P5MIN', '2026/10/09 11:50:00', '00000020261009114620'],
    [
      'PUBLIC_ROOFTOP_PV_FORECAST_20260420143000_0000000513856918.zip',
      'ROOFTOP_FORECAST',
      '2026/04/20 14:30:00',
      '00000000000513856918',
    ],
  ])('%s speaks of %s %s', (name, report, intervalEndNem, fileId) => {
    expect(parseReportFileName(name)).toMatchObject({
      source: { report },
      intervalEndNem,
      fileId,
      intervalEnd_ms: nemInstant(intervalEndNem),
    });
  });

  it.each([
    'PUBLIC_DISPATCH_202403151945_20240315194011_LEGACY.zip',
    'PUBLIC_DISPATCHSCADA_20251227.zip',
    'PUBLIC_DISPATCHSCADA_202513270005_0000000495603158.zip',
    'PUBLIC_TRADING_IRSR_202403031935_0000000412705721.zip',
    '../PUBLIC_DISPATCHSCADA_202512270005_0000000495603158.zip',
    'DUPLICATE',
    '',
  ])('%j is none of ours', (name) => {
    expect(parseReportFileName(name)).toBeUndefined();
  });
});

describe('names of archive files', () => {
  it.each([
    [
      'PUBLIC_DISPATCHSCADA_20250409.zip',
      { kind: 'daily', report: 'DISPATCHSCADA' },
      '2025/04/09 00:00:00',
      '2025/04/10 00:00:00',
    ],
    [
      'PUBLIC_ROOFTOP_PV_ACTUAL_MEASUREMENT_20250403.zip',
      { kind: 'weekly', report: 'ROOFTOP' },
      '2025/04/03 00:00:00',
      '2025/04/10 00:00:00',
    ],
    [
      'PUBLIC_TRADINGIS_20250406_20250412.zip',
      { kind: 'weekly', report: 'TRADINGIS' },
      '2025/04/06 00:00:00',
      '2025/04/13 00:00:00',
    ],
    [
      'PUBLIC_DVD_DISPATCH_UNIT_SCADA_202112010000.zip',
      { kind: 'monthly', table: 'DISPATCH_UNIT_SCADA', part: 1 },
      '2021/12/01 00:00:00',
      '2022/01/01 00:00:00',
    ],
    [
      'PUBLIC_ARCHIVE#DISPATCHPRICE#FILE01#202603010000.zip',
      { kind: 'monthly', table: 'DISPATCHPRICE', part: 1 },
      '2026/03/01 00:00:00',
      '2026/04/01 00:00:00',
    ],
    [
      'PUBLIC_ARCHIVE%23BIDPEROFFER_D%23FILE12%23202603010000.zip',
      { kind: 'monthly', table: 'BIDPEROFFER_D', part: 12 },
      '2026/03/01 00:00:00',
      '2026/04/01 00:00:00',
    ],
  ])('%s covers %j', (name, expected, from, to) => {
    const coverage = parseArchiveName(name)!;
    expect(coverage).toMatchObject(expected);
    expect([formatNemStamp(coverage.from_ms), formatNemStamp(coverage.to_ms)]).toEqual([from, to]);
  });

  it.each([
    'PUBLIC_DISPATCHSCADA_202512270005_0000000495603158.zip',
    'PUBLIC_RUN_SQLLDR_202603.bat',
    'PUBLIC_TRADINGIS_20250412_20250406.zip',
  ])('%s is none', (name) => {
    expect(parseArchiveName(name)).toBeUndefined();
  });
});

describeReal('the real listings', () => {
  const rooftop = REPORT_SOURCES.find(({ report }) => report === 'ROOFTOP')!;

  it('show that rooftop files appear at or after the stamp in their name, half an hour after the interval', () => {
    const page = realBytes('listings/Reports/CURRENT/ROOFTOP_PV/ACTUAL/index.html').toString('latin1');
    const delays_min = parseListing(page, `http://nemweb.com.au${rooftop.folder}`).map(
      ({ name, modifiedAtNem }) => {
        const { intervalEnd_ms, source } = parseReportFileName(name)!;
        return (nemInstant(modifiedAtNem!)! - intervalEnd_ms - source.stampAfterEnd_ms) / 60_000;
      },
    );
    expect([delays_min.length, Math.min(...delays_min), Math.max(...delays_min)]).toEqual([1344, 0, 28]);
  });
});
