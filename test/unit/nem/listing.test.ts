import { parseListing, secondAddress } from '../../../pipelines/nem/source/listing';
import { describeReal, realBytes } from '../../realData';

const PAGE = 'http://nemweb.com.au/Reports/CURRENT/Dispatch_SCADA/';
const FILE = 'PUBLIC_DISPATCHSCADA_202512270005_0000000495603158.zip';

function page(lines: string): string {
  return (
    '<html><head><title>nemweb.com.au - /Reports/CURRENT/Dispatch_SCADA/</title></head><body><pre>' +
    `<A HREF="/Reports/CURRENT/">[To Parent Directory]</A><br><br>${lines}</pre></body></html>`
  );
}

describe('a listing', () => {
  it('names files and folders with size, time and address', () => {
    const lines =
      '     Tuesday, August 12, 2025 11:10 AM        &lt;dir&gt; ' +
      '<A HREF="/Reports/CURRENT/Dispatch_SCADA/DUPLICATE/">DUPLICATE</A><br>' +
      '     Saturday, April 18, 2026  2:41 PM         4049 ' +
      `<A HREF="/Reports/CURRENT/Dispatch_SCADA/${FILE}">${FILE}</A><br>`;
    expect(parseListing(page(lines), PAGE)).toEqual([
      {
        name: 'DUPLICATE',
        url: `${PAGE}DUPLICATE/`,
        bytes: null,
        modifiedAtNem: '2025/08/12 11:10:00',
        isFolder: true,
      },
      {
        name: FILE,
        url: `${PAGE}${FILE}`,
        bytes: 4049,
        modifiedAtNem: '2026/04/18 14:41:00',
        isFolder: false,
      },
    ]);
  });

  it.each([
    ['12:00 AM', '00:00:00'],
    ['12:05 PM', '12:05:00'],
    [' 1:05 PM', '13:05:00'],
    ['01:05 AM', '01:05:00'],
  ])('reads %s as %s', (time, stamp) => {
    expect(
      parseListing(page(`Friday, May 1, 2026 ${time} 12 <A HREF="${FILE}">x</A>`), PAGE)[0]!.modifiedAtNem,
    ).toBe(`2026/05/01 ${stamp}`);
  });

  it.each([
    [
      'another case',
      `/REPORTS/Current/dispatch_scada/${FILE}`,
      `http://nemweb.com.au/REPORTS/Current/dispatch_scada/${FILE}`,
    ],
    [
      'a full address with www',
      `http://www.nemweb.com.au/Reports/CURRENT/Dispatch_SCADA/${FILE}`,
      `${PAGE}${FILE}`,
    ],
    ['a relative address', FILE, `${PAGE}${FILE}`],
  ])('takes links in %s, on its own host', (_, href, url) => {
    expect(parseListing(page(`<a href="${href}">${FILE}</a>`), PAGE)).toEqual([
      { name: FILE, url, bytes: null, modifiedAtNem: null, isFolder: false },
    ]);
  });

  it.each([
    'http://evil.example/Reports/CURRENT/Dispatch_SCADA/x.zip',
    '/Reports/CURRENT/',
    '/Reports/CURRENT/Other/x.zip',
    'deeper/x.zip',
    '../x.zip',
    'javascript:alert(1)',
    'x%2Fy.zip',
    '%2e%2e',
    '..%5cx.zip',
    '?C=M',
    '#top',
    'http://[',
    'PUBLIC_DISPATCH_202403151945_20240315194011_LEGACY.zip',
    '%E0%A4%A',
    '.hidden.zip',
  ])('leaves out %s', (href) => {
    expect(parseListing(page(`<A HREF="${href}">x</A>`), PAGE)).toEqual([]);
  });

  it.each([
    'PUBLIC_ARCHIVE%23X%23FILE01%23202603010000.zip',
    'PUBLIC_ARCHIVE%2523X%2523FILE01%2523202603010000.zip',
    'PUBLIC_ARCHIVE#X#FILE01#202603010000.zip',
  ])('decodes the name in %s', (href) => {
    const [entry] = parseListing(page(`<A HREF="${href}">x</A>`), PAGE);
    expect(entry).toMatchObject({
      name: 'PUBLIC_ARCHIVE#X#FILE01#202603010000.zip',
      url: `${PAGE}${href.replaceAll('#', '%23')}`,
    });
  });

  it('knows the second address of such a file', () => {
    expect(secondAddress(`${PAGE}A%23B.zip`)).toBe(`${PAGE}A%2523B.zip`);
    expect(secondAddress(`${PAGE}A.zip`)).toBeNull();
  });

  it('may be empty', () => {
    expect(parseListing(page(''), PAGE)).toEqual([]);
  });

  it.each([
    [
      'an error page',
      '<html><title>Access Denied</title><body><a href="https://help.example/">help</a></body></html>',
      'a page titled "Access Denied"',
    ],
    [
      'a login page',
      '<html><title>Sign in</title><form action="/login"></form></html>',
      'a page titled "Sign in"',
    ],
    ['no page', '', '""'],
    ['a file', 'C,NEMP.WORLD,DISPATCHSCADA', '"C,NEMP.WORLD,DISPATCHSCADA"'],
  ])('is not %s', (_, html, found) => {
    expect(() => parseListing(html, PAGE)).toThrow(
      expect.objectContaining({
        code: 'NOT_A_LISTING',
        kind: 'upstream',
        retryable: true,
        message: `${PAGE}: expected a directory listing, found ${found}`,
      }),
    );
  });

  it('ignores links inside scripts and comments', () => {
    expect(
      parseListing(
        page(`<script>/* <A HREF="${FILE}">x</A> */</script><!-- <A HREF="${FILE}">x</A> -->`),
        PAGE,
      ),
    ).toEqual([]);
  });
});

describeReal('real listings', () => {
  it.each([
    ['Reports/CURRENT/DispatchIS_Reports/index.html', 'Reports/CURRENT/DispatchIS_Reports/', 577, 0],
    ['Reports/CURRENT/Dispatch_SCADA/index.html', 'Reports/CURRENT/Dispatch_SCADA/', 578, 1],
    [
      'Reports/CURRENT/Dispatch_SCADA/DUPLICATE/index.html',
      'Reports/CURRENT/Dispatch_SCADA/DUPLICATE/',
      1,
      0,
    ],
    ['Reports/CURRENT/ROOFTOP_PV/ACTUAL/index.html', 'Reports/CURRENT/ROOFTOP_PV/ACTUAL/', 1344, 0],
    ['Reports/CURRENT/index.html', 'Reports/CURRENT/', 103, 103],
    ['nemweb_dispatch_scada_dirlisting_2021-09.html', 'Reports/CURRENT/Dispatch_SCADA/', 579, 1],
    ['listing_reports_current_unquoted.html', 'Reports/CURRENT/TradingIS_Reports/', 7, 1],
    ['TradingIs.html', 'Reports/CURRENT/TradingIS_Reports/', 3, 0],
    [
      'Data_Archive/MMSDM_2026_03_DATA/index.html',
      'Data_Archive/Wholesale_Electricity/MMSDM/2026/MMSDM_2026_03/MMSDM_Historical_Data_SQLLoader/DATA/',
      372,
      0,
    ],
  ])('%s', (file, folder, entries, folders) => {
    const found = parseListing(
      realBytes(`listings/${file}`).toString('latin1'),
      `http://www.nemweb.com.au/${folder}`,
    );
    expect([found.length, found.filter(({ isFolder }) => isFolder).length]).toEqual([entries, folders]);
    expect(
      found.every(
        ({ url, isFolder, bytes, modifiedAtNem }) =>
          url.startsWith('http://www.nemweb.com.au/') &&
          modifiedAtNem !== null &&
          isFolder === (bytes === null),
      ),
    ).toBe(true);
  });
});
