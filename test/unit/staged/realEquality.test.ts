import { describeReal, realBytes } from '../../realData';
import { reportZip, SCADA_NAME } from '../nem/zippedReports';
import { expectEqual } from './expectEqual';
import type { SampleFile } from './sampleReports';

describeReal('the rows of real files', () => {
  const dispatchIs = 'PUBLIC_DISPATCHIS_202512270005_0000000495867501.zip';
  const rooftop = 'PUBLIC_DVD_ROOFTOP_PV_ACTUAL_201912010000.zip';
  const zipped = (name: string, kind: string, sample: string): SampleFile => ({
    name,
    report: kind,
    bytes: reportZip(name, realBytes(sample)),
  });

  it('of both dispatch reports are equal both ways', async () => {
    const files = [
      zipped(SCADA_NAME, 'DISPATCHSCADA', 'dispatchscada/sample_dispatchscada.csv'),
      zipped(dispatchIs, 'DISPATCHIS', 'dispatchis/sample_dispatchis.csv'),
    ];
    expect(await expectEqual(files)).toBe(493 + 17);
  });

  it('of a month of rooftop solar are equal both ways, in objects of 10,000 rows', async () => {
    const file = { name: rooftop, report: 'ROOFTOP', bytes: realBytes(`rooftop/${rooftop}`) };
    expect(await expectEqual([file], { rows: 10_000, extraBytes: 1 << 20 })).toBe(30_704);
  });
});
