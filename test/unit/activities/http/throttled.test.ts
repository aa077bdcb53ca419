import { PoliteHttp } from '../../../../clients/http/politeHttp';
import { ThrottlingMirror } from './throttlingMirror';

/** A mirror of 5 requests a second that blocks for 5 s, five times as fast: a short test. */
const MIRROR = { bears: 5, window_ms: 200, block_ms: 1_000, rejectsNumber: 6 };
const HOLD_MS = 1_100;
const FILES = 40;
/** What a timer may be early by, and what the rejection takes to arrive. */
const EARLY_MS = 50;

describe('a mirror that throttles', () => {
  it('is read to the end with few rejections, and left alone after each', async () => {
    const mirror = await new ThrottlingMirror(MIRROR).start();
    // Far more than the mirror bears; two clients, as activities of one worker.
    const clients = [1, 2].map(
      () => new PoliteHttp({ requestsPerSecond: 100, version: '0.1.0', hold_ms: HOLD_MS }),
    );
    const files = await Promise.all(
      Array.from({ length: FILES }, (_, index) => clients[index % 2]!.get(`${mirror.url}/${index}.zip`)),
    );
    await mirror.stop();
    expect(files.map(({ bytes }) => bytes.toString())).toEqual(
      Array.from({ length: FILES }, (_, index) => `/${index}.zip`),
    );
    const { requests } = mirror;
    const refused = requests.filter(({ status }) => status === 403);
    expect(refused.length).toBeGreaterThan(0);
    // Each complaint halves the pace: 100, 50 and 25 a second are too many, two may be under way.
    expect(refused.length).toBeLessThanOrEqual(6);
    expect(requests).toHaveLength(FILES + refused.length);
    expect(Math.max(...requests.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(2);
    expect(Math.min(...mirror.pausesAfterRefusals_ms())).toBeGreaterThanOrEqual(HOLD_MS - EARLY_MS);
  }, 60_000);
});
