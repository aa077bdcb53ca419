import type { DemoRow } from '../../../core/demo';
import { faultyDevices } from '../simulation/simulator';

/** Two minutes are too short for some faults, so that a fault without an anomaly is no difference. */
export function plantedRows(scenario: string, seed: number, anomalies: DemoRow[] | null): DemoRow[] {
  const found = new Map((anomalies ?? []).map((row) => [String(row.device_id), row]));
  const planted = [...faultyDevices(scenario, seed)].map(([device_id, fault]) => ({
    device_id,
    fault,
    found: anomalies === null ? 'no table yet' : String(found.get(device_id)?.kinds ?? 'none'),
  }));
  const healthy = [...found.keys()].filter(
    (device) => !planted.some(({ device_id }) => device_id === device),
  );
  return [
    ...planted,
    { device_id: 'all other devices', fault: 'none', found: `${healthy.length} with an anomaly` },
  ];
}
