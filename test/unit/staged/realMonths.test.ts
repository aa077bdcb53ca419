import { extractReport } from '../../../pipelines/nem/source/reportZip';
import { describeReal, realBytes, realNames } from '../../realData';
import { withOwnFooter } from '../nem/withOwnFooter';
import { reportZip } from '../nem/zippedReports';
import { expectEqual } from './expectEqual';
import type { SampleFile } from './sampleReports';

// Each is read three times.
jest.setTimeout(180_000);

async function sampleOf(path: string): Promise<SampleFile> {
  const name = path.split('/').at(-1)!.replaceAll('%23', '#');
  const { bytes } = await extractReport(realBytes(`mms_nemosis_trimmed/${path}`), name);
  return { name, report: 'MMSDM', bytes: reportZip(name, withOwnFooter(bytes)) };
}

describeReal('the rows of real months', () => {
  const trimmed = realNames(
    'mms_nemosis_trimmed',
    /Archive.*(UNIT_SCADA|DISPATCHPRICE|DISPATCHREGIONSUM|INTERCONNECTORRES|ROOFTOP_PV_ACTUAL).*\.zip$/,
  );
  it.each(trimmed)('%s are equal both ways, its footer made to fit', async (path) => {
    expect(await expectEqual([await sampleOf(path)])).toBeGreaterThan(0);
  });
});
