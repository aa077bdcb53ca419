import { diskShortage } from '../../../stack/doctor/machineChecks';

const GIB = 1024 ** 3;

test('a disk with less than 5 GiB free is named with what it has, and a larger one is not', () => {
  const folder = '/data';
  expect(diskShortage('/data/home', { bytes: GIB, folder })).toMatch(
    /free at \/data; expected 5 GiB or more$/,
  );
  expect(diskShortage('/data/home', { bytes: 6 * GIB, folder })).toBeUndefined();
});
