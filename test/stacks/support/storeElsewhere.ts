import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { readConfig } from '../../../settings/config';
import { installation } from '../../../stack/layout';
import type { ServiceContext } from '../../../stack/services/definition';
import { s3 } from '../../../stack/services/s3';
import { temporaryKeys, TOKEN_SERVICE } from './temporaryKeys';

const READY_WITHIN_MS = 60_000;

/** A store that no stack has started, and the settings that point a stack at it. */
export interface StoreElsewhere {
  settings: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts a store that takes temporary keys only with their session token, as managed stores do. */
export async function startStoreElsewhere(folder: string, portBase: number): Promise<StoreElsewhere> {
  const context: ServiceContext = {
    config: readConfig({ CURRENTS_HOME: folder, CURRENTS_PORT_BASE: String(portBase) }),
    installed: installation(),
    folder,
  };
  await s3.prepare!(context);
  const child = start(context);
  await untilReady(context);
  const store = context.config.ownS3;
  const keys = await temporaryKeys(context.installed.python, store);
  const settings = {
    S3_ENDPOINT: store.endpoint,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
  };
  return { settings, stop: () => ended(child) };
}

function start(context: ServiceContext): ChildProcess {
  const tokenService = path.join(context.folder, 'tokens.json');
  fs.writeFileSync(tokenService, JSON.stringify(TOKEN_SERVICE));
  const { file, args, env, cwd } = s3.command!(context);
  return spawn(file, [...args, `-s3.iam.config=${tokenService}`], { env, cwd, stdio: 'ignore' });
}

async function untilReady(context: ServiceContext): Promise<void> {
  const deadline_ms = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await s3.probe!(context);
      return await s3.afterReady!(context);
    } catch (error) {
      if (performance.now() > deadline_ms) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 250);
      });
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const end = new Promise((resolve) => {
    child.once('close', resolve);
  });
  child.kill('SIGKILL');
  await end;
}
