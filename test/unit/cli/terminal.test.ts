import { PassThrough } from 'node:stream';
import { askOnTerminal } from '../../../cli/support/askOnTerminal';
import { userName } from '../../../cli/support/userName';

const asked = (type: (input: PassThrough) => void): Promise<string> => {
  const input = new PassThrough();
  const answer = askOnTerminal('Continue? ', input, new PassThrough());
  type(input);
  return answer;
};

describe('a question on the terminal', () => {
  it('gives the line that is typed', async () => {
    expect(await asked((input) => input.write(' yes \n'))).toBe('yes');
  });

  it('is answered by no when the terminal is closed', async () => {
    expect(await asked((input) => input.end())).toBe('');
  });
});

describe('the name of the caller', () => {
  const nameless = (): never => {
    throw Object.assign(new Error('uv_os_get_passwd returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
  };

  it('is that of the system, else that of the environment, else the number', () => {
    expect(userName({}, () => ({ username: 'ada' }) as never)).toBe('ada');
    expect(userName({ USER: 'ada' }, nameless)).toBe('ada');
    expect(userName({}, nameless)).toBe(`uid ${process.getuid!()}`);
  });
});
