import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const run = promisify(execFile);
const PASSING = "test('passes', () => {});";
const WARNED = "test('passes', () => clearTimeout(setTimeout(() => {}, 2 ** 31)));";

describe('a test file in the environment of all tests', () => {
  let folder: string;
  beforeEach(() => (folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'warned-')))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  async function jest(source: string): Promise<unknown> {
    fs.writeFileSync(path.join(folder, 'a.test.js'), source);
    const root = repositoryRoot();
    const config = {
      rootDir: folder,
      testEnvironment: path.join(root, 'test', 'warnings', 'environment.js'),
      transform: {},
    };
    const program = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    return run(process.execPath, [program, '--config', JSON.stringify(config), '--runInBand'], {
      cwd: folder,
    });
  }

  test('passes without a warning of Node', async () => {
    await expect(jest(PASSING)).resolves.toMatchObject({ stderr: expect.stringContaining('1 passed') });
  });

  test('fails for a warning of Node, and shows where it came from', async () => {
    await expect(jest(WARNED)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /expected no warning of Node, found TimeoutOverflowWarning[^]*a\.test\.js/,
      ),
    });
  });
});
