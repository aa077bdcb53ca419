import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DbtBuildRequest } from '../../../../clients/dbt/dbtCommand';

const folders: string[] = [];

/** Of all fakes a test file made. */
export function removeFakes(): void {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}

/**
 * A folder of its own with an executable that stands for dbt; `script` is shell, with the target folder in
 * $TARGET.
 */
export function fakeDbt(script: string): DbtBuildRequest {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-dbt-'));
  folders.push(folder);
  const targetDir = path.join(folder, 'target');
  const dbtCommand = path.join(folder, 'dbt');
  fs.writeFileSync(dbtCommand, `#!/bin/sh\nTARGET=${targetDir}\n${script}\n`, { mode: 0o755 });
  return {
    runKey: 'nem/run-1',
    catalog: 'slot_1',
    trinoUrl: 'http://127.0.0.1:7231',
    projectDir: folder,
    targetDir,
    cacheDir: path.join(folder, 'cache'),
    dbtCommand,
  };
}

interface FakeResult {
  id: string;
  status: string;
  message?: string;
  failures?: number;
  rows?: number;
}

/** Shell that writes run_results.json as dbt 1.11 does. */
export function writesResults(...results: FakeResult[]): string {
  const artifact = {
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
      invocation_id: 'abc',
    },
    results: results.map((result) => ({
      unique_id: result.id,
      status: result.status,
      execution_time: 0.25,
      message: result.message ?? null,
      failures: result.failures ?? null,
      adapter_response: result.rows === undefined ? {} : { rows_affected: result.rows },
      compiled_code: 'select 1',
      timing: [],
      thread_id: 'Thread-1',
    })),
  };
  return `cat > "$TARGET/run_results.json" <<'JSON'\n${JSON.stringify(artifact)}\nJSON\n`;
}

/** Shell that logs one event as `--log-format json` does. */
export function logs(name: string, data: unknown, level = 'info', msg = ''): string {
  return `cat <<'JSON'\n${JSON.stringify({ info: { name, level, msg }, data })}\nJSON\n`;
}
