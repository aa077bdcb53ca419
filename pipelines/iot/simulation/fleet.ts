/** What a device is. Each type measures something else. */
export type DeviceType = 'environment_sensor' | 'energy_meter' | 'hvac_unit' | 'pump';

export interface Device {
  device_id: string;
  device_type: DeviceType;
  building_id: string;
  floor: number;
  zone: string;
}

const BUILDINGS = 3;
const FLOORS = 4;
const ON_EACH_FLOOR: readonly [zone: string, type: DeviceType][] = [
  ['north', 'environment_sensor'],
  ['core', 'environment_sensor'],
  ['south', 'environment_sensor'],
  ['core', 'energy_meter'],
];
const IN_EACH_PLANT_ROOM: readonly [zone: string, type: DeviceType][] = [
  ['plant-a', 'hvac_unit'],
  ['plant-b', 'hvac_unit'],
  ['plant-a', 'pump'],
  ['plant-b', 'pump'],
];

/** Sixty devices in three buildings; ids say that they are simulated. */
export function fleet(): Device[] {
  return Array.from({ length: BUILDINGS }, (_, index) => `SIM-B${index + 1}`).flatMap((building_id) => [
    ...Array.from({ length: FLOORS }, (_, floor) => onFloor(building_id, floor, ON_EACH_FLOOR)).flat(),
    ...onFloor(building_id, -1, IN_EACH_PLANT_ROOM),
  ]);
}

function onFloor(
  building_id: string,
  floor: number,
  places: readonly [zone: string, type: DeviceType][],
): Device[] {
  return places.map(([zone, device_type]) => ({
    device_id: `${building_id}-F${floor}-${zone}-${device_type}`,
    device_type,
    building_id,
    floor,
    zone,
  }));
}
