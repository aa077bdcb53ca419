import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NoPublishedFilesError, SiteAddressInUseError } from '../../../pipelines/nem/demo/errors';
import { publishPlan } from '../../../pipelines/nem/demo/plan';
import {
  startLookalikeSite,
  type LookalikeOptions,
  type LookalikeSite,
} from '../../../pipelines/nem/demo/site';
import type { SiteFile } from '../../../pipelines/nem/demo/siteFile';

const plan = publishPlan({ fromNem: '2026-11-20 12:00', intervals: 6 });
const scada = plan.files.find((file) => file.report === 'DISPATCHSCADA')!;
const open: LookalikeSite[] = [];

async function site(options: Partial<LookalikeOptions> = {}): Promise<LookalikeSite> {
  const started = await startLookalikeSite({ port: 0, files: plan.files, ...options });
  open.push(started);
  return started;
}

async function page(where: LookalikeSite, folder: string): Promise<string> {
  return (await fetch(`${where.url}${folder}`)).text();
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

describe('the look-alike site', () => {
  it('lists a folder in the classic dialect on one line, and says that it is simulated', async () => {
    const html = await page(await site(), '/Reports/CURRENT/Dispatch_SCADA/');
    expect(html).toContain('<title>SIMULATED by Currents');
    expect(html).toContain('<pre><A HREF="/Reports/CURRENT/">[To Parent Directory]</A><br><br>');
    expect(html).toMatch(
      /<br><br>( +Friday, November 20, 2026 12:\d\d PM +(\d+|&lt;dir&gt;) <A HREF="[^"]+">[^<]+<\/A><br>)+<\/pre>/,
    );
    expect(html).toContain(`${String(scada.bytes.length).padStart(12)} <A HREF="${scada.path}">`);
  });

  it('lists a folder in the dialect of 2026: no slash behind folders, zero-padded hours', async () => {
    const files: SiteFile[] = [
      { ...scada, published_nem_ms: Date.UTC(2026, 5, 27, 9, 5) },
      { ...scada, path: scada.path.replace('PUBLIC', 'DUPLICATE/PUBLIC') },
    ];
    const html = await page(await site({ dialect: 'indented', files }), '/Reports/CURRENT/Dispatch_SCADA/');
    expect(html).toContain('<A HREF="/Reports/CURRENT">[To Parent Directory]</A><br><br>\r\n');
    expect(html).toContain('<A HREF="/Reports/CURRENT/Dispatch_SCADA/DUPLICATE">DUPLICATE</A>');
    expect(html).toContain('      Saturday, June 27, 2026 09:05 AM ');
  });

  it('lists folders up to the root', async () => {
    const where = await site();
    expect(await page(where, '/Reports/CURRENT/')).toContain('ROOFTOP_PV');
    expect(await page(where, '/Reports/CURRENT/ROOFTOP_PV/ACTUAL/')).toContain(
      'PUBLIC_ROOFTOP_PV_ACTUAL_SATELLITE_20261120123000',
    );
    expect(await page(where, '/')).toContain('Reports');
  });

  it('serves the bytes of a file and 404 for a path in another case', async () => {
    const where = await site();
    const found = await fetch(`${where.url}${scada.path}`);
    expect(Buffer.from(await found.arrayBuffer()).equals(scada.bytes)).toBe(true);
    expect((await fetch(`${where.url}${scada.path.toLowerCase()}`)).status).toBe(404);
    expect(where.requests).toContain(scada.path);
  });

  it('shows a published file to the next request, and a future one when its time comes', async () => {
    let now = scada.published_nem_ms - 1;
    const where = await site({ files: [scada], clock: () => now });
    expect((await fetch(`${where.url}${scada.path}`)).status).toBe(404);
    now += 1;
    expect((await fetch(`${where.url}${scada.path}`)).status).toBe(200);
    where.publish({ ...scada, path: '/Reports/CURRENT/Dispatch_SCADA/new.zip' });
    expect(await page(where, '/Reports/CURRENT/Dispatch_SCADA/')).toContain('new.zip');
  });

  it('finds monthly files by the double encoding alone', async () => {
    const where = await site({
      files: [{ ...scada, path: '/Data_Archive/PUBLIC_ARCHIVE#STATION#FILE01#202603010000.zip' }],
    });
    expect(await page(where, '/Data_Archive/')).toContain(
      'HREF="/Data_Archive/PUBLIC_ARCHIVE%23STATION%23FILE01%23202603010000.zip">PUBLIC_ARCHIVE#STATION',
    );
    expect(
      (await fetch(`${where.url}/Data_Archive/PUBLIC_ARCHIVE%23STATION%23FILE01%23202603010000.zip`)).status,
    ).toBe(400);
    expect(
      (await fetch(`${where.url}/Data_Archive/PUBLIC_ARCHIVE%2523STATION%2523FILE01%2523202603010000.zip`))
        .status,
    ).toBe(200);
  });

  it('says which address is taken', async () => {
    const { port } = await site();
    await expect(startLookalikeSite({ port, files: [] })).rejects.toThrow(SiteAddressInUseError);
  });
});

describe('failures on purpose', () => {
  it('refuses as often as asked and recovers', async () => {
    const where = await site({ failures: [{ kind: 'forbidden', times: 2, path: /Dispatch_SCADA/ }] });
    const statuses = [];
    for (let turn = 0; turn < 3; turn += 1) statuses.push((await fetch(`${where.url}${scada.path}`)).status);
    expect(statuses).toEqual([403, 403, 200]);
    where.fail({ kind: 'too_many_requests', retryAfter_s: 7 });
    expect((await fetch(`${where.url}/`)).headers.get('retry-after')).toBe('7');
    where.fail({ kind: 'server_error' });
    expect((await fetch(`${where.url}/`)).status).toBe(500);
  });

  it('breaks a body off, shortens one silently, and answers HTML for a zip', async () => {
    const where = await site({
      failures: [{ kind: 'truncated_body' }, { kind: 'short_body' }, { kind: 'html_instead' }],
    });
    await expect(
      fetch(`${where.url}${scada.path}`).then((response) => response.arrayBuffer()),
    ).rejects.toThrow();
    expect((await (await fetch(`${where.url}${scada.path}`)).arrayBuffer()).byteLength).toBe(
      Math.floor(scada.bytes.length / 2),
    );
    expect(await page(where, scada.path)).toContain('<html>');
  });

  it('answers late when slow', async () => {
    const where = await site({ failures: [{ kind: 'slow', delay_ms: 150 }] });
    const asked_ms = Date.now();
    expect((await fetch(`${where.url}${scada.path}`)).status).toBe(200);
    expect(Date.now() - asked_ms).toBeGreaterThanOrEqual(140);
  });
});

describe('a folder of real files', () => {
  it('gives a renamed CSV its published name back', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lookalike-'));
    const lines = [
      'C,NEMP.WORLD,DISPATCHSCADA,AEMO,PUBLIC,2025/12/27,00:00:23,0000000495867506,DISPATCHSCADA,0000000495867500',
      'I,DISPATCH,UNIT_SCADA,1,SETTLEMENTDATE,DUID,SCADAVALUE',
      'D,DISPATCH,UNIT_SCADA,1,"2025/12/27 00:05:00",X,1',
      'C,"END OF REPORT",4',
      '',
    ];
    fs.writeFileSync(path.join(folder, 'sample.csv'), lines.join('\r\n'));
    const where = await site({ files: undefined, folder });
    const html = await page(where, '/Reports/CURRENT/Dispatch_SCADA/');
    expect(html).toContain('LOCAL COPY OF REAL FILES');
    expect(html).toContain('PUBLIC_DISPATCHSCADA_202512270005_0000000495867506.zip');
    fs.rmSync(folder, { recursive: true });
  });

  it('says so when there is nothing to serve', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lookalike-'));
    await expect(startLookalikeSite({ port: 0, folder })).rejects.toThrow(NoPublishedFilesError);
    fs.rmSync(folder, { recursive: true });
  });
});
