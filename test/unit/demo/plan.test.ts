import { unzipSync } from 'fflate';
import { archiveFiles } from '../../../pipelines/nem/demo/archive';
import { InvalidPlanError } from '../../../pipelines/nem/demo/errors';
import { FURTHER_REPORTS } from '../../../pipelines/nem/demo/furtherReports';
import { publishPlan } from '../../../pipelines/nem/demo/plan';
import type { PlannedFile } from '../../../pipelines/nem/demo/plannedFile';
import { fileNameOf } from '../../../pipelines/nem/demo/siteFile';

const plan = publishPlan({ fromNem: '2026-11-20 12:00', intervals: 24 });
const more = publishPlan({ fromNem: '2026-11-20 12:00', intervals: 24, furtherReports: FURTHER_REPORTS });

function textOf(file: PlannedFile): string {
  return Buffer.from(Object.values(unzipSync(file.bytes))[0]!).toString('latin1');
}

function whole(): PlannedFile[] {
  return more.files.filter((file) => file.outcome.kind !== 'quarantined');
}

describe('a plan of simulated files', () => {
  it('gives the same bytes for the same options', () => {
    const again = publishPlan({ fromNem: '2026/11/20 12:00:00', intervals: 24 });
    expect(again.files.map((file) => file.bytes.toString('base64'))).toEqual(
      plan.files.map((file) => file.bytes.toString('base64')),
    );
  });

  it('ends every whole file with a footer that counts all its physical lines', () => {
    for (const file of whole()) {
      const lines = textOf(file).split('\r\n');
      expect(lines.pop()).toBe('');
      expect(lines.at(-1)).toBe(`C,"END OF REPORT",${lines.length}`);
    }
  });

  it('gives every D row as many cells as its I row', () => {
    for (const file of whole()) {
      let width = 0;
      for (const line of textOf(file)
        .split('\r\n')
        .filter((text) => /^[ID],/.test(text))) {
        if (line.startsWith('I')) width = line.split(',').length;
        else expect(line.split(',')).toHaveLength(width);
      }
    }
  });

  it('names zips and their one member as the operator does', () => {
    const patterns: Record<string, RegExp> = {
      DISPATCHSCADA: /^PUBLIC_DISPATCHSCADA_\d{12}_99\d{14}\.zip$/,
      DISPATCHIS: /^PUBLIC_DISPATCHIS_\d{12}_99\d{14}\.zip$/,
      ROOFTOP_PV_ACTUAL_MEASUREMENT: /^PUBLIC_ROOFTOP_PV_ACTUAL_MEASUREMENT_\d{14}_99\d{14}\.zip$/,
      ROOFTOP_PV_ACTUAL_SATELLITE: /^PUBLIC_ROOFTOP_PV_ACTUAL_SATELLITE_\d{14}_99\d{14}\.zip$/,
      TRADINGIS: /^PUBLIC_TRADINGIS_\d{12}_99\d{14}\.zip$/,
      NEXT_DAY_DISPATCH: /^PUBLIC_NEXT_DAY_DISPATCH_20261120_99\d{14}\.zip$/,
      P5MIN: /^PUBLIC_P5MIN_\d{12}_20261120\d{6}\.zip$/,
      ROOFTOP_PV_FORECAST: /^PUBLIC_ROOFTOP_PV_FORECAST_\d{14}_99\d{14}\.zip$/,
    };
    for (const file of more.files) {
      expect(fileNameOf(file)).toMatch(patterns[file.report]!);
      expect(Object.keys(unzipSync(file.bytes))).toEqual([fileNameOf(file).replace('.zip', '.CSV')]);
    }
  });

  it('marks every unit as simulated', () => {
    expect(plan.units.length).toBeGreaterThan(480);
    expect(
      plan.units.every((unit) => unit.unit_id.startsWith('SIM') && unit.station_name.startsWith('SIMULATED')),
    ).toBe(true);
    expect(new Set(plan.units.map((unit) => unit.unit_id)).size).toBe(plan.units.length);
  });

  it('writes the header, the columns and the rows in the published form', () => {
    const [header, columns, row] = textOf(plan.files.find((file) => file.report === 'DISPATCHSCADA')!).split(
      '\r\n',
    );
    expect(header).toMatch(
      /^C,NEMP\.WORLD,DISPATCHSCADA,AEMO,PUBLIC,2026\/11\/20,12:00:23,(99\d{14}),DISPATCHSCADA,\1$/,
    );
    expect(columns).toBe('I,DISPATCH,UNIT_SCADA,1,SETTLEMENTDATE,DUID,SCADAVALUE,LASTCHANGED');
    expect(row).toMatch(
      /^D,DISPATCH,UNIT_SCADA,1,"2026\/11\/20 12:05:00",SIM[^,]+,-?[\d.]+,"2026\/11\/20 12:00:22"$/,
    );
  });

  it('numbers dispatch intervals within the trading day that begins at four', () => {
    const file = publishPlan({ fromNem: '2025-12-27 00:00', intervals: 1, oddities: [] }).files.find(
      (each) => each.report === 'DISPATCHIS',
    )!;
    expect(textOf(file)).toContain('"2025/12/27 00:05:00",1,NSW1,20251226241,0,');
  });

  it('puts a good copy under a new id behind a truncated file', () => {
    const seven = plan.files.filter(
      (file) => file.report === 'DISPATCHSCADA' && fileNameOf(file).includes('_202611201240_'),
    );
    expect(seven.map((file) => file.outcome.kind)).toEqual(['quarantined', 'taken']);
    expect(textOf(seven[0]!)).not.toContain('END OF REPORT');
  });

  it('makes at night no more sun than the small take of an idle farm', () => {
    const night = publishPlan({ fromNem: '2026-11-20 23:00', intervals: 1, oddities: [] });
    const solar = night.files
      .filter((file) => file.report === 'DISPATCHSCADA')
      .flatMap((file) => file.rows)
      .filter((row) => row.id.includes('SOLAR'));
    expect(Math.max(...solar.map((row) => Number(row.measures)))).toBe(0);
    expect(Math.min(...solar.map((row) => Number(row.measures)))).toBeGreaterThan(-2);
  });

  it('adds the further reports to the same files as before', () => {
    const others = more.files.filter((file) => !(FURTHER_REPORTS as readonly string[]).includes(file.report));
    expect(others).toEqual(plan.files);
  });

  it('publishes targets of a day ten minutes after its end, and caps of curtailed units', () => {
    const night = publishPlan({
      fromNem: '2026-11-20 03:50',
      intervals: 4,
      oddities: [],
      furtherReports: ['NEXT_DAY_DISPATCH'],
    });
    const days = night.files.filter((file) => file.report === 'NEXT_DAY_DISPATCH');
    expect(days.map((file) => [fileNameOf(file).slice(25, 33), textOf(file).slice(43, 62)])).toEqual([
      ['20261119', '2026/11/20,04:10:00'],
      ['20261120', '2026/11/21,04:10:00'],
    ]);
    expect(days.map((file) => new Set(file.rows.map((row) => row.interval_end_nem_ms)).size)).toEqual([2, 2]);
    const caps = more.files
      .find((file) => file.report === 'NEXT_DAY_DISPATCH')!
      .rows.map(({ measures }) => JSON.parse(measures) as Record<string, number>)
      .filter(({ SEMIDISPATCHCAP }) => SEMIDISPATCHCAP === 1);
    expect(caps.length).toBeGreaterThan(0);
    expect(caps.filter(({ TOTALCLEARED, UIGF }) => TOTALCLEARED! >= UIGF!)).toEqual([]);
  });

  it('archives a day as a zip of the zips that CURRENT held', () => {
    const [day] = archiveFiles(plan).filter((file) =>
      file.path.endsWith('PUBLIC_DISPATCHSCADA_20261120.zip'),
    );
    const inside = Object.keys(unzipSync(day!.bytes));
    expect(inside).toHaveLength(24);
    expect(inside.every((name) => name.endsWith('.zip'))).toBe(true);
  });

  it('refuses a start off the grid, an offset, and an oddity outside the plan', () => {
    expect(() => publishPlan({ fromNem: '2026-11-20 12:01', intervals: 1 })).toThrow(InvalidPlanError);
    expect(() => publishPlan({ fromNem: '2026-11-20T12:00:00Z', intervals: 1 })).toThrow(
      /NEM time without offset/,
    );
    expect(() =>
      publishPlan({
        fromNem: '2026-11-20 12:00',
        intervals: 2,
        oddities: [{ kind: 'intervention', interval: 2 }],
      }),
    ).toThrow(/intervals 0 to 1/);
  });
});
