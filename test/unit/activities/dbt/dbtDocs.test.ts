import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DbtDocs } from '../../../../clients/dbt/dbtDocs';
import { until } from '../../../integration/support/until';

/** Notes each call, and makes the page as dbt does. */
const MAKES_A_PAGE = `
case "$*" in *' parse '*) exit 0;; esac
echo "$@" >> "$HERE/calls"
while [ $# -gt 0 ]; do [ "$1" = --target-path ] && TARGET="$2"; shift; done
echo '<html>lineage</html>' > "$TARGET/static_index.html"`;

describe('dbt docs', () => {
  let here: string;
  beforeEach(() => {
    here = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-docs-'));
    fs.mkdirSync(path.join(here, 'project'));
    fs.writeFileSync(path.join(here, 'project', 'model.sql'), 'select 1');
  });
  afterEach(() => fs.rmSync(here, { recursive: true, force: true }));

  function docsBy(script: string): { docs: DbtDocs; warnings: string[]; calls(): number } {
    const dbtCommand = path.join(here, 'dbt');
    fs.writeFileSync(dbtCommand, `#!/bin/sh\nHERE='${here}'\n${script}\n`, { mode: 0o755 });
    const warnings: string[] = [];
    const folder = path.join(here, 'docs');
    const warn = (message: string, error: unknown): void =>
      void warnings.push(`${message}: ${String(error)}`);
    const docs = new DbtDocs({
      folder,
      projectDir: path.join(here, 'project'),
      dbtCommand,
      after_ms: 1,
      warn,
    });
    const calls = (): number =>
      fs.existsSync(path.join(here, 'calls'))
        ? fs.readFileSync(path.join(here, 'calls'), 'utf8').trim().split('\n').length
        : 0;
    return { docs, warnings, calls };
  }

  it('are made once for each state of the project, and asks no warehouse', async () => {
    const { docs, calls } = docsBy(MAKES_A_PAGE);
    expect(await docs.refresh()).toBe(true);
    expect(fs.readFileSync(path.join(here, 'docs', 'index.html'), 'utf8')).toContain('lineage');
    expect(await docs.refresh()).toBe(false);
    expect(fs.readFileSync(path.join(here, 'calls'), 'utf8')).toContain('--no-compile --empty-catalog');
    fs.writeFileSync(path.join(here, 'project', 'other.sql'), 'select 2');
    expect(await docs.refresh()).toBe(true);
    expect(calls()).toBe(2);
  });

  it('are made by a new process as well, where the one before it made them', async () => {
    await docsBy(MAKES_A_PAGE).docs.refresh();
    expect(await docsBy(MAKES_A_PAGE).docs.refresh()).toBe(false);
  });

  it('stay as they were, with a warning, where dbt fails; the next merge tries again', async () => {
    const { docs, warnings, calls } = docsBy('echo call >> "$HERE/calls"; exit 2');
    docs.refreshLater();
    await until('a warning', async () => warnings.length === 1);
    expect(warnings[0]).toContain('dbt docs: expected exit code 0, found exit code 2');
    await until('another try', async () => {
      docs.refreshLater();
      return calls() > 1;
    });
    expect(fs.existsSync(path.join(here, 'docs', 'index.html'))).toBe(false);
    docs.close();
  });

  it('are not begun after the end of the worker', async () => {
    const { docs, calls } = docsBy(MAKES_A_PAGE);
    docs.refreshLater();
    docs.close();
    docs.refreshLater();
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(calls()).toBe(0);
  });
});
