import fs from 'node:fs';
import path from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import { homeFolder } from '../../settings/homeFolder';
import { regionMetadataCsv, unitMetadataCsv } from '../../pipelines/nem/demo/metadataCsv';
import { startLookalikeSite, type LookalikeSite } from '../../pipelines/nem/demo/site';
import { TrinoClient } from '../../trino/client';
import { connectClient } from '../../workers/connectClient';
import { makeClock, type SteppableClock } from './clock';
import { Disk } from './disks';
import { planOf } from './market';
import { Proxy } from './proxy';
import { StackUnderTest } from './stackUnderTest';
import { TelemetryFlow } from './telemetryTenant';

/** A running stack with everything that disturbs and watches it. */
export interface Session {
  stack: StackUnderTest;
  site: LookalikeSite;
  client: Client;
  trino: TrinoClient;
  proxies: { s3: Proxy; nessie: Proxy };
  /** Undefined where this machine does not let us mount. */
  disks?: { s3: Disk; kafka: Disk };
  /** Undefined where there is no C compiler. */
  clock?: SteppableClock;
  /** Undefined where no telemetry flows. */
  flow?: TelemetryFlow;
  close(): Promise<void>;
}

export interface SessionOptions {
  home: string;
  portBase: number;
  seed: number;
  /** Telemetry flows through every trial, as a third pipeline. */
  telemetry?: boolean;
  /** Prepare what the faults need; an undisturbed run needs none. */
  disturbed: boolean;
}

/**
 * Starts an empty stack, loads the simulated fleet, and opens every connection. Whatever fails, nothing stays
 * behind.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  fs.rmSync(options.home, { recursive: true, force: true });
  fs.mkdirSync(options.home, { recursive: true });
  const clock = options.disturbed ? makeClock(options.home) : undefined;
  const { home, portBase, telemetry = false } = options;
  const stack = StackUnderTest.at({ home, portBase, telemetry }, clock?.environment);
  const disks = options.disturbed ? mountDisks(options.home) : undefined;
  const proxies = await openProxies(stack);
  const site = await startLookalikeSite({ port: stack.config.ports.site });
  let connection: Connection | undefined;
  const close = async (): Promise<void> => {
    await connection?.close();
    await stack.down().finally(() => unmountDisks(disks));
    await Promise.all([site.close(), proxies.s3.close(), proxies.nessie.close()]);
    fs.rmSync(options.home, { recursive: true, force: true });
  };
  try {
    await stack.up();
    await loadFleet(stack, options.seed);
    const connected = await connectClient(stack.config);
    connection = connected.connection;
    const trino = new TrinoClient({
      server: stack.config.trinoUrl,
      user: 'analyst',
      source: 'currents-chaos',
      catalog: 'lake',
    });
    const flow = telemetry ? new TelemetryFlow(stack) : undefined;
    return { stack, site, client: connected.client, trino, proxies, disks, clock, flow, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openProxies(stack: StackUnderTest): Promise<Session['proxies']> {
  const proxies = {
    s3: new Proxy(stack.proxyPorts.s3, stack.proxyTargets.s3),
    nessie: new Proxy(stack.proxyPorts.nessie, stack.proxyTargets.nessie),
  };
  await Promise.all([proxies.s3.listen(), proxies.nessie.listen()]);
  return proxies;
}

function mountDisks(home: string): Session['disks'] {
  // The services' folders, not the data in them: Kafka's format begins with removing that.
  const disks = {
    s3: new Disk(homeFolder.service(home, 's3')),
    kafka: new Disk(homeFolder.service(home, 'kafka')),
  };
  if (disks.s3.mount() && disks.kafka.mount()) return disks;
  unmountDisks(disks);
  return undefined;
}

function unmountDisks(disks: Session['disks']): void {
  disks?.s3.unmount();
  disks?.kafka.unmount();
}

async function loadFleet(stack: StackUnderTest, seed: number): Promise<void> {
  const { units } = planOf({ seed, number: 0 });
  const [unitFile, regionFile] = [
    path.join(stack.config.home, 'units.csv'),
    path.join(stack.config.home, 'regions.csv'),
  ];
  fs.writeFileSync(unitFile, unitMetadataCsv(units));
  fs.writeFileSync(regionFile, regionMetadataCsv());
  const { code, output } = await stack.command(
    'metadata',
    'load',
    '--pipeline',
    'nem',
    '--unit-csv',
    unitFile,
    '--region-csv',
    regionFile,
  );
  if (code !== 0) throw new Error(`expected the fleet to load, found exit ${code}: ${output}`);
}
