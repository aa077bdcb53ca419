/**
 * Where each service of one stack listens: an offset from the stack's base port, so that two stacks with
 * bases at least PORT_SPAN apart run side by side. The default base puts Temporal on 7233, the default of the
 * `temporal` command.
 */
export const DEFAULT_PORT_BASE = 7230;
export const PORT_SPAN = 30;

const OFFSETS = {
  supervisor: 0,
  trino: 1,
  workerMetrics: 2,
  temporal: 3,
  temporalUi: 4,
  temporalMetrics: 5,
  kafka: 6,
  kafkaController: 7,
  s3: 8,
  nessie: 9,
  nessieManagement: 10,
  spark: 11,
  seaweedMaster: 12,
  seaweedVolume: 13,
  seaweedFiler: 14,
  seaweedMasterGrpc: 15,
  seaweedVolumeGrpc: 16,
  seaweedFilerGrpc: 17,
  seaweedS3Grpc: 18,
  site: 19,
  temporalHttp: 20,
  sparkUi: 21,
  sdkMetrics: 22,
  registry: 24,
  registryManagement: 25,
  dbtDocs: 26,
} as const;

export type ServicePort = keyof typeof OFFSETS;
export type Ports = Record<ServicePort, number>;

export function portsFrom(base: number): Ports {
  return Object.fromEntries(Object.entries(OFFSETS).map(([name, offset]) => [name, base + offset])) as Ports;
}
