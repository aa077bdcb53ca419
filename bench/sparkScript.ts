import { spawn } from 'node:child_process';
import path from 'node:path';
import { catalogOf } from '../clients/spark/sparkJob';
import type { Config } from '../settings/config';
import { MAIN_BRANCH } from '../core/ids';
import { repositoryRoot } from '../settings/repositoryRoot';
import { installation } from '../stack/layout';
import { ownEnvironment } from '../stack/services/environment';
import { sparkEnvironment } from '../stack/services/spark';

/**
 * Runs one of bench's PySpark scripts on main of a stack's lake, and returns the JSON of its last line. What
 * it says on stderr goes to the terminal, so that a long simulation shows that it moves.
 */
export async function runSparkScript<T>(config: Config, script: string, args: string[]): Promise<T> {
  const python = path.join(repositoryRoot(), '.stack', 'venv', 'bin', 'python');
  const child = spawn(
    python,
    [
      path.join(repositoryRoot(), 'bench', script),
      ...args,
      '--catalog',
      JSON.stringify(catalogOf(config, MAIN_BRANCH)),
    ],
    {
      env: {
        ...ownEnvironment(config),
        ...sparkEnvironment({ config, installed: installation() }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${script}: expected exit code 0, found ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1)!) as T;
}
