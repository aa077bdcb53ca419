import path from 'node:path';
import type { Config } from '../settings/config';
import { findBinary, type Binary } from './findBinary';
import { installation } from './layout';
import { stackVersions } from './versions';

const known = new Map<string, Binary>();

/** The Temporal CLI to start; asked for its version once per process. */
export function findTemporal(config: Config): Binary {
  return once('temporal', () =>
    findBinary({
      name: 'temporal',
      versionArguments: ['--version'],
      version: stackVersions().temporal,
      setting: config.CURRENTS_TEMPORAL_CLI,
      installedAt: path.join(installation().venv, 'bin', 'temporal'),
    }),
  );
}

/** SeaweedFS's `weed`; asked for its version once per process. */
export function findWeed(config: Config): Binary {
  return once('weed', () =>
    findBinary({
      name: 'weed',
      versionArguments: ['version'],
      version: stackVersions().seaweed,
      setting: config.CURRENTS_WEED,
      installedAt: path.join(installation().venv, 'bin', 'weed'),
    }),
  );
}

function once(name: string, find: () => Binary): Binary {
  const binary = known.get(name) ?? find();
  known.set(name, binary);
  return binary;
}
