import { dispatchTypeOf, type DispatchType } from './fuelTypes';
import { gensetFacts, type GensetFacts } from './gensets';
import type { DuAllocRow, DuDetailRow, GenUnitRow, StationRow } from './monthlyTables';
import { nemText, type MetadataProblem, type UnitMetadata, type UnitMetadataRead } from './unitMetadata';

export interface ArchiveTables {
  duDetails: readonly DuDetailRow[];
  stations: readonly StationRow[];
  genUnits?: readonly GenUnitRow[];
  allocations?: readonly DuAllocRow[];
  /** Units of the registration workbook, which knows fuels and capacities better, of today's units only. */
  registered?: readonly UnitMetadata[];
  source: string;
}

interface Span {
  unit_id: string;
  valid_from: string;
  valid_to: string;
  dispatch_type: DispatchType;
  region_id: string | null;
  station_id: string;
}

/**
 * Units over time from the monthly archive: spans from DUDETAILSUMMARY, names from STATION, fuel, capacity
 * and emissions from the workbook where it has the unit, else from GENUNITS. Rows that differ only in loss
 * factors are joined to one span. A workbook unit without any span is taken as it stands: it is too new for
 * the archive.
 */
export function unitsFromArchive(tables: ArchiveTables): UnitMetadataRead {
  const problems: MetadataProblem[] = [];
  const spans = joined(tables.duDetails.flatMap((row, index) => spanOf(row, index, problems)));
  const dispatchTypes = new Map(spans.map((span) => [span.unit_id, span.dispatch_type]));
  const gensets = gensetFacts(tables.genUnits ?? [], tables.allocations ?? [], dispatchTypes);
  const stations = new Map(tables.stations.map((row) => [row.STATIONID, row.STATIONNAME]));
  const registered = new Map((tables.registered ?? []).map((unit) => [unit.unit_id, unit]));
  const units = spans.map((span) =>
    unitOf(
      span,
      stations.get(span.station_id) ?? null,
      registered.get(span.unit_id),
      gensets.get(span.unit_id),
      tables.source,
    ),
  );
  const tooNew = [...registered.values()]
    .filter((unit) => !dispatchTypes.has(unit.unit_id))
    .map((unit) => ({
      ...unit,
      emissions_factor_t_per_mwh:
        unit.emissions_factor_t_per_mwh ?? gensets.get(unit.unit_id)?.emissions_factor_t_per_mwh ?? null,
    }));
  return { units: [...units, ...tooNew], problems };
}

function spanOf(row: DuDetailRow, index: number, problems: MetadataProblem[]): Span[] {
  const valid_from = nemText(row.START_DATE ?? '');
  const valid_to = nemText(row.END_DATE ?? '');
  const dispatch_type = dispatchTypeOf(row.DISPATCHTYPE ?? '');
  if (row.DUID && valid_from && valid_to && valid_from < valid_to && dispatch_type) {
    return [
      {
        unit_id: row.DUID,
        valid_from,
        valid_to,
        dispatch_type,
        region_id: row.REGIONID,
        station_id: row.STATIONID ?? '',
      },
    ];
  }
  problems.push({
    line: index + 3,
    text: JSON.stringify(row),
    problem: 'expected DUID, START_DATE before END_DATE and a DISPATCHTYPE',
  });
  return [];
}

/** Spans that touch and agree become one. Of two that overlap the earlier ends where the later begins. */
function joined(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) =>
    `${a.unit_id}\n${a.valid_from}` < `${b.unit_id}\n${b.valid_from}` ? -1 : 1,
  );
  const result: Span[] = [];
  for (const span of sorted) {
    const last = result.at(-1);
    if (last && last.unit_id === span.unit_id && last.valid_to >= span.valid_from) {
      if (isAlike(last, span)) {
        last.valid_to = last.valid_to > span.valid_to ? last.valid_to : span.valid_to;
        continue;
      }
      last.valid_to = span.valid_from;
      if (last.valid_from === last.valid_to) result.pop();
    }
    result.push({ ...span });
  }
  return result;
}

function isAlike(a: Span, b: Span): boolean {
  return a.dispatch_type === b.dispatch_type && a.region_id === b.region_id && a.station_id === b.station_id;
}

function unitOf(
  span: Span,
  station_name: string | null,
  registered: UnitMetadata | undefined,
  genset: GensetFacts | undefined,
  source: string,
): UnitMetadata {
  const isLoad = span.dispatch_type === 'LOAD';
  const known = registered && registered.fuel_type !== 'unknown' ? registered : genset;
  return {
    unit_id: span.unit_id,
    valid_from: span.valid_from,
    valid_to: span.valid_to,
    station_name: station_name ?? registered?.station_name ?? null,
    region_id: span.region_id,
    // Ids have changed sides in their history (pumps): the span's own dispatch type decides what was a load
    // then.
    fuel_type: isLoad ? 'load' : known?.fuel_type === 'load' ? 'unknown' : (known?.fuel_type ?? 'unknown'),
    fuel_source: known?.fuel_source ?? null,
    dispatch_type: span.dispatch_type,
    capacity_mw: registered?.capacity_mw ?? genset?.capacity_mw ?? null,
    emissions_factor_t_per_mwh:
      registered?.emissions_factor_t_per_mwh ?? genset?.emissions_factor_t_per_mwh ?? null,
    source: registered ? `${source} + ${registered.source}` : source,
  };
}
