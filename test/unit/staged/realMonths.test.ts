import { extractReport } from '../../../pipelines/nem/source/reportZip';
import { describeReal, realBytes, realNames } from '../../realData';
import { reportZip } from '../nem/zippedReports';
import { expectEqual } from './expectEqual';
import type { SampleFile } from './sampleReports';

// Each is read three times.
jest.setTimeout(180_000);

/** The files were trimmed by others and keep the original's count of lines. */
async function withOwnFooter(name: string, zip: Buffer): Promise<SampleFile> {
  const csv = (await extractReport(zip, name)).bytes.toString('latin1');
  const body = csv.replace(/C,"?END OF REPORT"?,\d+\s*$/, '');
  const whole = `${body}C,"END OF REPORT",${body.split('\n').length}`;
  return { name, report: 'MMSDM', bytes: reportZip(name, Buffer.from(whole, 'latin1')) };
}

describeReal('the rows of real months', () => {
  const trimmed = realNames(
    'mms_nemosis_trimmed',
    /Archive.*(UNIT_SCADA|DISPATCHPRICE|DISPATCHREGIONSUM|INTERCONNECTORRES|ROOFTOP_PV_ACTUAL).*\.zip$/,
  );
  it.each(trimmed)('%s are equal both ways, its footer made to fit', async (path) => {
    const name = path.split('/').at(-1)!.replaceAll('%23', '#');
    expect(
      await expectEqual([await withOwnFooter(name, realBytes(`mms_nemosis_trimmed/${path}`))]),
    ).toBeGreaterThan(0);
  });
});
