import { unzipSync } from 'fflate';
import { publishedFilesIn } from '../../../pipelines/nem/demo/realFiles';
import * as further from '../../../pipelines/nem/demo/furtherColumns';
import * as columns from '../../../pipelines/nem/demo/reportColumns';
import { describeReal, MARKET_FILES, realBytes } from '../../realData';

const NEXT_DAY =
  'mms_nemosis_trimmed/Reports/Current/Next_Day_Dispatch/PUBLIC_NEXT_DAY_DISPATCH_20260514_0000000517721207.zip';

describeReal('the look-alike against published files', () => {
  it('names and orders every column of DISPATCHIS and DISPATCHSCADA as they do', () => {
    const text = ['dispatchis/sample_dispatchis.csv', 'dispatchscada/sample_dispatchscada.csv']
      .map((name) => realBytes(name).toString('latin1'))
      .join('');
    const published = text.split('\r\n').filter((line) => line.startsWith('I,'));
    const ours = Object.values(columns).map((table) =>
      ['I', table.report, table.subtype, table.version, ...table.columns].join(','),
    );
    for (const line of published) expect(ours).toContain(line);
    expect(published).toHaveLength(8);
  });

  it('names and orders the columns of the further reports as they do', () => {
    const text = [
      realBytes('tradingis/PUBLIC_TRADINGIS_202403031335_0000000412683134.CSV'),
      realBytes('p5min/PUBLIC_P5MIN_202610091150_20261009114620.excerpt.CSV'),
      ...Object.values(unzipSync(realBytes(NEXT_DAY))).map((bytes) => Buffer.from(bytes)),
    ].map((bytes) => bytes.toString('latin1'));
    const published = text
      .join('\n')
      .split(/\r?\n/)
      .filter((line) => line.startsWith('I,'));
    const ours = Object.values(further).map((table) =>
      ['I', table.report, table.subtype, table.version, ...table.columns].join(','),
    );
    // No forecast of rooftop solar is among the files; its columns are those of its contract.
    expect(ours.filter((line) => !published.includes(line))).toEqual([
      expect.stringMatching(/^I,ROOFTOP,FORECAST,1,/),
    ]);
  });

  it('serves the real files at the paths and under the names they were published with', () => {
    const paths = publishedFilesIn(MARKET_FILES).map((file) => file.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/Reports/CURRENT/Dispatch_SCADA/PUBLIC_DISPATCHSCADA_202512270005_0000000495867506.zip',
        '/Reports/CURRENT/DispatchIS_Reports/PUBLIC_DISPATCHIS_202512270005_0000000495867501.zip',
        '/Reports/CURRENT/TradingIS_Reports/PUBLIC_TRADINGIS_202403031335_0000000412683134.zip',
        '/Data_Archive/Wholesale_Electricity/MMSDM/2017/MMSDM_2017_06/MMSDM_Historical_Data_SQLLoader/' +
          'DATA/PUBLIC_DVD_DUDETAILSUMMARY_201706010000.zip',
        '/Data_Archive/Wholesale_Electricity/MMSDM/2026/MMSDM_2026_03/MMSDM_Historical_Data_SQLLoader/' +
          'DATA/PUBLIC_ARCHIVE#DISPATCHPRICE#FILE01#202603010000.zip',
      ]),
    );
    expect(paths.filter((each) => each.includes('_LEGACY'))).toEqual([]);
  });
});
