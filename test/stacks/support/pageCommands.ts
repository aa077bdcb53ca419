import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { DEFAULT_PORT_BASE } from '../../../settings/ports';
import { repositoryRoot } from '../../../settings/repositoryRoot';

/** Commands of a page by the heading above them: the text of all fences there. */
export function commandsOf(page: string): Map<string, string> {
  const text = fs.readFileSync(path.join(repositoryRoot(), page), 'utf8');
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => [
        section.slice(0, section.indexOf('\n')),
        [...section.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, commands]) => commands!).join(''),
      ]),
  );
}

/** One shell for commands of pages, one after the other; variables stay from one to the next. */
export class PageShell {
  private readonly state: string;

  constructor(
    private readonly folder: string,
    private readonly portBase: number,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.state = path.join(folder, 'shell-state');
    const tools = path.join(folder, 'bin');
    fs.mkdirSync(tools, { recursive: true });
    // A setting TEMPORAL_ADDRESS would tell `up` that Temporal runs elsewhere.
    const temporal = path.join(repositoryRoot(), '.stack', 'venv', 'bin', 'temporal');
    const script = `#!/usr/bin/env bash\nexec "${temporal}" "$@" --address 127.0.0.1:${portBase + 3}\n`;
    fs.writeFileSync(path.join(tools, 'temporal'), script, { mode: 0o755 });
  }

  /** @throws Error with the whole output when a command ends with an error */
  async type(commands: string): Promise<string> {
    const script =
      `set -aeuo pipefail\n[ ! -f "$STATE" ] || . "$STATE"\ntrap 'export -p > "$STATE"' EXIT\n` +
      this.onOwnPorts(commands);
    const child = spawn('bash', ['-c', script], {
      cwd: repositoryRoot(),
      env: {
        ...this.environment,
        STATE: this.state,
        PATH: `${path.join(this.folder, 'bin')}:${process.env.PATH}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`expected exit 0, found ${code}, of:\n${commands}\n${output}`);
    return output;
  }

  /** Pages name the default ports. */
  private onOwnPorts(commands: string): string {
    return commands.replace(
      /127\.0\.0\.1:(72\d\d)/g,
      (_, port) => `127.0.0.1:${Number(port) - DEFAULT_PORT_BASE + this.portBase}`,
    );
  }
}
