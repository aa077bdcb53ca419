import { currents } from './support/command';
import { askedOf } from './support/recordingProxy';

jest.setTimeout(300_000);

const proxy = process.env.TEST_PROXY_URL!;

/** The stack of all tests was started, and each command is run, with every proxy variable set: support/. */
describe('with proxy variables and no exceptions', () => {
  test('the stack is whole, and nothing of its own traffic has gone through the proxy', async () => {
    const status = await currents(['status', '--json']);
    expect(status.code).toBe(0);
    expect(await askedOf(proxy)).toEqual([]);
  });

  test('requests to the source go through it', async () => {
    const { stdout } = await currents(['doctor', '--json'], { API_URL: 'http://market.test' });
    const { checks } = JSON.parse(stdout) as { checks: { name: string; finding: string; verdict: string }[] };
    expect(checks.find(({ name }) => name === 'Clock')).toMatchObject({
      verdict: 'ok',
      finding: expect.stringMatching(/s from market\.test$/),
    });
    expect(await askedOf(proxy)).toEqual(['HEAD http://market.test/']);
  });
});
