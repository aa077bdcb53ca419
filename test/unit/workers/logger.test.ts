import { createLogger } from '../../../workers/connect';

describe("the worker's log", () => {
  it('says what an error is, and hides keys', () => {
    const lines: string[] = [];
    const logger = createLogger({ CURRENTS_LOG_LEVEL: 'info' }, { write: (line) => void lines.push(line) });
    logger.warn({ error: new Error('why', { cause: new Error('because') }) }, 'Workflow failed');
    logger.warn({ error: 'a text', store: { secretAccessKey: 'hush', sessionToken: 'hush' } }, 'other');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      msg: 'Workflow failed',
      error: {
        type: 'Error',
        message: expect.stringContaining('why') as string,
        stack: expect.any(String) as string,
      },
    });
    expect(JSON.parse(lines[1]!)).toMatchObject({
      error: 'a text',
      store: { secretAccessKey: '[Redacted]', sessionToken: '[Redacted]' },
    });
  });
});
