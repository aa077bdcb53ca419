import { gensetHistory, type GensetFacts, type GensetHistory } from './gensets';
import type { DuAllocRow, DuCapacityRow, DuDetailRow, GenUnitRow, StationRow } from './monthlyTables';
import { capacityHistory, type CapacityHistory } from './unitCapacities';
import type { MetadataProblem, UnitMetadata, UnitMetadataRead } from './unitMetadata';
import { joinTouching, unitSpans, type UnitSpan } from './unitSpans';

export interface ArchiveTables {
  duDetails: readonly DuDetailRow[];
  stations: readonly StationRow[];
  capacities?: readonly DuCapacityRow[];
  genUnits?: readonly GenUnitRow[];
  allocations?: readonly DuAllocRow[];
  /** Units of the registration workbook, which has better fuels and capacities, but only today's units. */
  registered?: readonly UnitMetadata[];
  source: string;
}

/**
 * Units over time from the monthly archive: who an id was (role, region, station) by `unitSpans`, its sets
 * (fuel, capacity, emissions) by `gensetHistory`, or by the workbook if it has the unit; names from STATION.
 * The workbook states today's capacity only: before the newest figure of DUDETAIL, that of the time counts.
 * A span is divided where its sets or its capacity change. No rule depends on the order of rows. A workbook
 * unit without any span is taken unchanged: it is too new for the archive.
 */
export function unitsFromArchive(tables: ArchiveTables): UnitMetadataRead {
  const problems: MetadataProblem[] = [];
  const spans = unitSpans(tables.duDetails, problems);
  const gensets = gensetHistory(tables.genUnits ?? [], tables.allocations ?? [], problems);
  const capacities = capacityHistory(tables.capacities ?? [], problems);
  const stations = stationNames(tables.stations);
  const registered = new Map((tables.registered ?? []).map((unit) => [unit.unit_id, unit]));
  const units = spans.flatMap((span) => {
    const name = stations.get(span.station_id) ?? null;
    const changes = [...gensets.changesOf(span.unit_id), ...capacities.changesOf(span.unit_id)];
    const pieces = divided(span, changes).map((piece) => {
      const facts = factsOf(gensets, piece);
      const known = registered.get(piece.unit_id);
      const capacity_mw = capacityOf(capacities, piece, known, facts);
      return { ...unitOf(piece, name, known, facts, tables.source), capacity_mw };
    });
    return joinTouching(pieces, areAlike);
  });
  const known = new Set(spans.map((span) => span.unit_id));
  const tooNew = [...registered.values()].filter((unit) => !known.has(unit.unit_id));
  return { units: [...units, ...tooNew.map((unit) => withFactor(unit, gensets))], problems };
}

function stationNames(stations: readonly StationRow[]): Map<string, string | null> {
  const text = (row: StationRow) => `${row.STATIONID}\n${row.STATIONNAME}`;
  const sorted = [...stations].sort((a, b) => (text(a) < text(b) ? -1 : 1));
  return new Map(sorted.map((row) => [row.STATIONID ?? '', row.STATIONNAME]));
}

function divided(span: UnitSpan, changes: readonly string[]): UnitSpan[] {
  const inside = [...new Set(changes)]
    .filter((moment) => span.valid_from < moment && moment < span.valid_to)
    .sort();
  const moments = [span.valid_from, ...inside, span.valid_to];
  return moments.slice(1).map((valid_to, index) => ({ ...span, valid_from: moments[index]!, valid_to }));
}

function factsOf(gensets: GensetHistory, { unit_id, valid_from, dispatch_type }: UnitSpan) {
  return gensets.factsAt(unit_id, valid_from, dispatch_type) ?? undefined;
}

function capacityOf(
  capacities: CapacityHistory,
  { unit_id, valid_from }: UnitSpan,
  registered: UnitMetadata | undefined,
  genset: GensetFacts | undefined,
): number | null {
  const stated = capacities.at(unit_id, valid_from);
  if (stated && !stated.isNewest) return stated.capacity_mw;
  return registered?.capacity_mw ?? stated?.capacity_mw ?? genset?.capacity_mw ?? null;
}

function areAlike(a: UnitMetadata, b: UnitMetadata): boolean {
  return (
    JSON.stringify({ ...a, valid_from: '', valid_to: '' }) ===
    JSON.stringify({ ...b, valid_from: '', valid_to: '' })
  );
}

function withFactor(unit: UnitMetadata, gensets: GensetHistory): UnitMetadata {
  const facts = gensets.factsAt(unit.unit_id, unit.valid_from, unit.dispatch_type);
  const emissions_factor_t_per_mwh =
    unit.emissions_factor_t_per_mwh ?? facts?.emissions_factor_t_per_mwh ?? null;
  return { ...unit, emissions_factor_t_per_mwh };
}

function unitOf(
  span: UnitSpan,
  station_name: string | null,
  registered: UnitMetadata | undefined,
  genset: GensetFacts | undefined,
  source: string,
): Omit<UnitMetadata, 'capacity_mw'> {
  const known = registered && registered.fuel_type !== 'unknown' ? registered : genset;
  // Ids have changed sides in their history (pumps): the span's own role decides what was a load then.
  const isLoad = span.dispatch_type === 'LOAD';
  const fuel = known?.fuel_type === 'load' && !isLoad ? genset?.fuel_type : known?.fuel_type;
  return {
    unit_id: span.unit_id,
    valid_from: span.valid_from,
    valid_to: span.valid_to,
    station_name: station_name ?? registered?.station_name ?? null,
    region_id: span.region_id,
    fuel_type: isLoad ? 'load' : (fuel ?? 'unknown'),
    fuel_source: known?.fuel_source ?? null,
    dispatch_type: span.dispatch_type,
    emissions_factor_t_per_mwh:
      registered?.emissions_factor_t_per_mwh ?? genset?.emissions_factor_t_per_mwh ?? null,
    source: registered ? `${source} + ${registered.source}` : source,
  };
}
