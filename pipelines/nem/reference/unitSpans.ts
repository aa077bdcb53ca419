import { dispatchTypeOf, type DispatchType } from './fuelTypes';
import type { DuDetailRow } from './monthlyTables';
import { nemText, type MetadataProblem } from './unitMetadata';

/** A time in which an id had one role, region and station. */
export interface UnitSpan {
  unit_id: string;
  valid_from: string;
  valid_to: string;
  dispatch_type: DispatchType;
  region_id: string | null;
  station_id: string;
}

interface Claim extends UnitSpan {
  last_changed: string;
  line: number;
  text: string;
}

/**
 * Spans of each id out of DUDETAILSUMMARY. At any moment the row that began last counts, then the one changed
 * last, then the one whose text is greatest, whatever the order of the rows; spans that touch and agree (rows
 * that differ only in loss factors) become one. Rows that cannot be used, or never count, are listed.
 */
export function unitSpans(rows: readonly DuDetailRow[], problems: MetadataProblem[]): UnitSpan[] {
  const byUnit = new Map<string, Claim[]>();
  for (const [index, row] of rows.entries())
    for (const claim of claimOf(row, index, problems))
      byUnit.set(claim.unit_id, [...(byUnit.get(claim.unit_id) ?? []), claim]);
  return [...byUnit.keys()].sort().flatMap((unit_id) => spansOf(byUnit.get(unit_id)!, problems));
}

function claimOf(row: DuDetailRow, index: number, problems: MetadataProblem[]): Claim[] {
  const valid_from = nemText(row.START_DATE ?? '');
  const valid_to = nemText(row.END_DATE ?? '');
  const dispatch_type = dispatchTypeOf(row.DISPATCHTYPE ?? '');
  const [line, text] = [index + 3, JSON.stringify(row)];
  if (!row.DUID || !valid_from || !valid_to || valid_from >= valid_to || !dispatch_type) {
    const problem = 'expected DUID, START_DATE before END_DATE and a DISPATCHTYPE';
    problems.push({ line, text, problem });
    return [];
  }
  return [
    {
      unit_id: row.DUID,
      valid_from,
      valid_to,
      dispatch_type,
      region_id: row.REGIONID,
      station_id: row.STATIONID ?? '',
      last_changed: row.LASTCHANGED ?? '',
      line,
      text,
    },
  ];
}

function spansOf(claims: readonly Claim[], problems: MetadataProblem[]): UnitSpan[] {
  const sorted = [...claims].sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
  const moments = [...new Set(sorted.flatMap((each) => [each.valid_from, each.valid_to]))].sort();
  const pieces = moments.slice(1).flatMap((valid_to, index) => {
    const valid_from = moments[index]!;
    const claim = sorted.find((each) => each.valid_from <= valid_from && valid_from < each.valid_to);
    return claim ? [{ claim, span: bare(claim, valid_from, valid_to) }] : [];
  });
  const counted = new Set(pieces.map((piece) => piece.claim));
  for (const { line, text, unit_id } of sorted.filter(
    (each) => !counted.has(each) && !isRepeat(each, counted),
  ))
    problems.push({ line, text, problem: `another row of ${unit_id} for the same time was changed later` });
  return joinTouching(
    pieces.map((piece) => piece.span),
    isAlike,
  );
}

function rank(claim: Claim): string {
  return `${claim.valid_from}\n${claim.last_changed}\n${claim.text}`;
}

function bare(
  { unit_id, dispatch_type, region_id, station_id }: Claim,
  valid_from: string,
  valid_to: string,
) {
  return { unit_id, valid_from, valid_to, dispatch_type, region_id, station_id };
}

function isRepeat(claim: Claim, counted: ReadonlySet<Claim>): boolean {
  return [...counted].some((each) => each.valid_from === claim.valid_from && isAlike(each, claim));
}

function isAlike(a: UnitSpan, b: UnitSpan): boolean {
  return a.dispatch_type === b.dispatch_type && a.region_id === b.region_id && a.station_id === b.station_id;
}

/** Neighbours that touch and agree become one; `spans` are of one id and ascend. */
export function joinTouching<T extends { valid_from: string; valid_to: string }>(
  spans: readonly T[],
  agree: (a: T, b: T) => boolean,
): T[] {
  const joined: T[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && last.valid_to === span.valid_from && agree(last, span)) last.valid_to = span.valid_to;
    else joined.push({ ...span });
  }
  return joined;
}
