import { watchStdout } from '../../../cli/support/stdout';

const failure = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

describe('output without a reader', () => {
  const before = [process.stdout.listeners('error'), process.stderr.listeners('error')] as const;
  beforeAll(watchStdout);
  afterAll(() => {
    [process.stdout, process.stderr].forEach((stream, index) => {
      for (const listener of stream.listeners('error'))
        if (!before[index]!.includes(listener)) stream.removeListener('error', listener as () => void);
    });
  });

  it('does not end the work where messages alone are lost', () => {
    expect(() => process.stderr.emit('error', failure('EPIPE'))).not.toThrow();
  });

  it('is told from other trouble', () => {
    for (const stream of [process.stdout, process.stderr])
      expect(() => stream.emit('error', failure('ENOSPC'))).toThrow(/ENOSPC/);
  });
});
