import { readReport } from '../../../pipelines/nem/source/reportReading';
import { extractReport } from '../../../pipelines/nem/source/reportZip';
import { describeReal, realBytes, realNames } from '../../realData';
import { withOwnFooter } from './withOwnFooter';

const TABLES = [
  ...['UNIT_SCADA', 'DISPATCHPRICE', 'TRADINGPRICE', 'DISPATCHLOAD', 'DISPATCHREGIONSUM'],
  ...['INTERCONNECTORRES', 'ROOFTOP_PV_ACTUAL'],
];

describeReal('real files of 2018 to 2026', () => {
  const names = realNames('mms_nemosis_trimmed', new RegExp(`Archive.*(${TABLES.join('|')}).*\\.zip$`));

  it.each(names)('%s fits its contract, row by row', async (name) => {
    const { bytes } = await extractReport(realBytes(`mms_nemosis_trimmed/${name}`), name);
    const fileName = name.split('/').at(-1)!.replaceAll('%23', '#');
    const { summary } = readReport({ fileName, sha256: '', ingestedAt: '' }, withOwnFooter(bytes));
    expect(Object.values(summary.drift)).toEqual([{ missing: [], added: [] }]);
    expect(summary.deadLetters).toEqual({});
    expect(Object.values(summary.rows)).toEqual([summary.physicalLines - 3]);
  });
});
