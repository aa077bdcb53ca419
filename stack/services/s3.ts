import fs from 'node:fs';
import path from 'node:path';
import { findWeed } from '../binaries';
import { probeS3, proveBucket } from '../probes/s3';
import { renderConfig } from '../renderConfig';
import { plainEnvironment } from './environment';
import type { Command, ServiceContext, ServiceDefinition } from './definition';
import { roomFor_bytes, volumeSize_mb } from './volumeSize';

/** SeaweedFS: master, volume server, filer and S3 gateway in one process. */
export const s3: ServiceDefinition = {
  name: 's3',
  label: 'S3',
  ports: [
    's3',
    'seaweedMaster',
    'seaweedVolume',
    'seaweedFiler',
    'seaweedMasterGrpc',
    'seaweedVolumeGrpc',
    'seaweedFilerGrpc',
    'seaweedS3Grpc',
  ],
  dependsOn: [],
  needs: ['venv'],
  url: (config) => `http://127.0.0.1:${config.ports.s3}`,
  prepare,
  command,
  probe: ({ config }) => probeS3(config.ownS3),
  afterReady: ({ config }) => proveBucket(config.ownS3, config.LAKE_BUCKET),
  startTimeout_ms: 180_000,
  // It takes 15 s to end by itself, for unused connections; acknowledged data is on disk by then.
  stopGrace_ms: 3_000,
};

function prepare({ config, folder }: ServiceContext): void {
  fs.mkdirSync(path.join(folder, 'data'), { recursive: true });
  const { accessKeyId, secretAccessKey } = config.ownS3.keys;
  renderConfig(
    'stack/config/s3-identities.json',
    { S3_ACCESS_KEY: accessKeyId, S3_SECRET_KEY: secretAccessKey },
    identitiesFile(folder),
  );
}

function command({ config, folder }: ServiceContext): Command {
  return {
    file: findWeed(config).path,
    args: ['-logtostderr=true', 'server', ...serverFlags(config.ports, folder)],
    env: plainEnvironment(),
    cwd: folder,
  };
}

/**
 * Every port is set: the defaults collide with Trino's (8080) and with a second stack. Paths are relative to
 * the service's folder, where it runs: `-dir` is a list with commas, a socket's path ends after 107 bytes.
 */
function serverFlags(ports: ServiceContext['config']['ports'], folder: string): string[] {
  return [
    '-dir=data',
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    `-master.port=${ports.seaweedMaster}`,
    `-master.port.grpc=${ports.seaweedMasterGrpc}`,
    '-master.telemetry=false',
    `-master.volumeSizeLimitMB=${volumeSize_mb(roomFor_bytes(folder))}`,
    '-master.electionTimeout=1s',
    `-volume.port=${ports.seaweedVolume}`,
    `-volume.port.grpc=${ports.seaweedVolumeGrpc}`,
    '-volume.max=0',
    '-volume.preStopSeconds=0',
    '-filer',
    `-filer.port=${ports.seaweedFiler}`,
    `-filer.port.grpc=${ports.seaweedFilerGrpc}`,
    '-filer.localSocket=filer.sock',
    '-s3',
    `-s3.port=${ports.s3}`,
    `-s3.port.grpc=${ports.seaweedS3Grpc}`,
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
    '-s3.localSocket=s3.sock',
    `-s3.config=${identitiesFile(folder)}`,
  ];
}

function identitiesFile(folder: string): string {
  return path.join(folder, 'identities.json');
}
