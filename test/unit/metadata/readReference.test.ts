import { MetadataRegionsError } from '../../../pipelines/nem/reference/errors';
import { readArchive, type ArchiveFiles } from '../../../pipelines/nem/reference/fetchArchive';
import { asReadReference, readGivenFiles } from '../../../pipelines/nem/reference/readReference';
import { describeReal, realBytes } from '../../realData';
import { extractReport } from '../../../pipelines/nem/source/reportZip';

const NOW_MS = Date.parse('2026-11-30T00:00:00Z');
const UNITS = 'unit_id,station_name,region_id,fuel_source';

function units(name: string, ...lines: string[]) {
  return { kind: 'unit-csv' as const, name, bytes: Buffer.from([UNITS, ...lines].join('\n')) };
}

function report(table: string, columns: string, ...rows: string[]): [Buffer, string] {
  const [report, subtype] = table.split('.');
  const lines = [
    'C,SETP.WORLD,DVD_X,AEMO,PUBLIC,2021/06/06,16:45:14,0000000342865510,,0000000342865442',
    `I,${report},${subtype},1,${columns}`,
    ...rows.map((row) => `D,${report},${subtype},1,${row}`),
    `C,"END OF REPORT",${rows.length + 3}`,
    '',
  ];
  return [Buffer.from(lines.join('\r\n')), table];
}

const REGISTRATION = 'PARTICIPANT_REGISTRATION';
const SPAN = '2001/01/01 00:00:00,2999/12/31 00:00:00';
const ARCHIVE: ArchiveFiles = {
  DUDETAILSUMMARY: report(
    `${REGISTRATION}.DUDETAILSUMMARY`,
    'DUID,START_DATE,END_DATE,DISPATCHTYPE,REGIONID,STATIONID',
    `N1,${SPAN},GENERATOR,NSW1,ST`,
    `S1,${SPAN},GENERATOR,SA1,ST`,
    'SN1,1998/10/25 00:00:00,2008/07/01 00:00:00,GENERATOR,SNOWY1,ST',
    'NT1,2026/02/01 00:00:00,2999/12/31 00:00:00,GENERATOR,NT1,ST',
  ),
  STATION: report(`${REGISTRATION}.STATION`, 'STATIONID,STATIONNAME', 'ST,Station'),
  INTERCONNECTOR: report(
    'MARKET_CONFIG.INTERCONNECTOR',
    'INTERCONNECTORID,REGIONFROM,RSOID,REGIONTO,DESCRIPTION,LASTCHANGED',
    'N-S-NEW,NSW1,,SA1,A new link,2026/01/01 00:00:00',
    'V-SN,SNOWY1,,NSW1,,2001/01/01 00:00:00',
    'LOST,NSW1,,NOWHERE,,2001/01/01 00:00:00',
  ),
  INTERCONNECTORCONSTRAINT: report(
    'MARKET_CONFIG.INTERCONNECTORCONSTRAINT',
    'EFFECTIVEDATE,VERSIONNO,INTERCONNECTORID',
    '2026/03/01 00:00:00,1,N-S-NEW',
    '2025/11/01 00:00:00,1,N-S-NEW',
  ),
  MARKET_PRICE_THRESHOLDS: report(
    'MARKET_CONFIG.MARKET_PRICE_THRESHOLDS',
    'EFFECTIVEDATE,VERSIONNO,VOLL,MARKETPRICEFLOOR,ADMINISTERED_PRICE_THRESHOLD',
    '2027/07/01 00:00:00,1,25500,-1000,2400000',
    '2027/07/01 00:00:00,2,25600,-1000,2450000',
  ),
};

describe('files given', () => {
  it('that name unknown regions are refused whole: every line, and the known regions', async () => {
    const files = [units('a.csv', 'A,x,QLD,Wind', 'B,x,SA1,Wind'), units('b.csv', 'C,x,QLD1\u00a0,Wind')];
    const reading = readGivenFiles(files, NOW_MS);
    await expect(reading).rejects.toThrow(MetadataRegionsError);
    await expect(reading).rejects.toThrow(
      'expected region_id NSW1, QLD1, SA1, SNOWY1, TAS1, VIC1, found a.csv, line 2: QLD; b.csv, line 2: QLD1\\u00a0',
    );
  });

  it('may bring a region for their units, in any order', async () => {
    const regions = Buffer.from('region_id,region_name,state\nNT1,Northern Territory,NT\n');
    const read = await readGivenFiles(
      [units('a.csv', 'A,x,NT1,Wind'), { kind: 'region-csv', name: 'r.csv', bytes: regions }],
      NOW_MS,
    );
    expect(read.tables.units).toHaveLength(1);
    expect(read.tables.regions.map((region) => region.region_id)).toEqual(['NT1']);
  });

  it('without regions leave those of the market, Snowy among them with its end', async () => {
    const read = await readGivenFiles([units('a.csv', 'A,x,SA1,Wind')], NOW_MS);
    const ids = ['NSW1', 'QLD1', 'SA1', 'SNOWY1', 'TAS1', 'VIC1'];
    expect(read.tables.regions.map((region) => region.region_id)).toEqual(ids);
    expect(read.tables.regions[3]).toMatchObject({ valid_to: '2008-07-01 00:00:00', source: 'built in' });
  });

  it('bring limits, each until the next of its name', async () => {
    const bytes = Buffer.from(
      'name,value,valid_from\nprice_cap_aud_per_mwh,"25,600",2027-07-01\nother,1,2027\n',
    );
    const read = await readGivenFiles([{ kind: 'limits-csv', name: 'l.csv', bytes }], NOW_MS);
    const caps = read.tables.limits.filter((limit) => limit.name === 'price_cap_aud_per_mwh');
    expect(caps.slice(-2)).toMatchObject([
      {
        value: 23200,
        valid_from: '2026-07-01 00:00:00',
        valid_to: '2027-07-01 00:00:00',
        source: 'built in: not verified',
      },
      { value: 25600, valid_from: '2027-07-01 00:00:00', valid_to: '2999-12-31 00:00:00', source: 'l.csv' },
    ]);
    expect(read.problems.map((problem) => problem.slice(0, 60))).toEqual([
      'left out: l.csv, line 3: expected name price_cap_aud_per_mwh',
      'left out: l.csv, line 3: expected valid_from in NEM time (YY',
    ]);
  });

  it('name the source of each built-in value, and say which has none', async () => {
    const { limits } = (await readGivenFiles([units('a.csv', 'A,x,SA1,Wind')], NOW_MS)).tables;
    const sources = limits.map(({ source }) => String(source));
    expect(sources.filter((source) => !/^built in: .{5,}/.test(source))).toEqual([]);
    const unsure = limits.filter(({ source }) => String(source).endsWith('not verified'));
    expect(unsure.map(({ valid_from }) => valid_from)).toEqual([
      '2026-07-01 00:00:00',
      '2026-07-01 00:00:00',
    ]);
    // Half hours became five minutes: six times as many prices are added up.
    const threshold = (day: string): number =>
      Number(
        limits!.find(
          ({ name, valid_from }) => String(name).startsWith('cumul') && String(valid_from).startsWith(day),
        )!.value,
      );
    expect(Math.round(threshold('2021-10-01') / 600) * 100).toBe(threshold('2021-07-01'));
  });

  it('without a cap of the current year warn, and the last known one goes on to hold', async () => {
    const later_ms = Date.parse('2027-07-02T00:00:00Z');
    const read = await readGivenFiles([units('a.csv', 'A,x,SA1,Wind')], later_ms);
    expect(read.problems).toEqual([
      expect.stringContaining('warning: price_cap_aud_per_mwh'),
      expect.stringContaining('warning: cumulative_price_threshold_aud_per_mwh'),
    ]);
    expect((await readGivenFiles([units('a.csv', 'A,x,SA1,Wind')], NOW_MS)).problems).toEqual([]);
  });
});

describe('tables of the archive', () => {
  const read = asReadReference(readArchive(ARCHIVE, 'MMSDM 2026-03'), 'MMSDM 2026-03', NOW_MS);
  const link = (id: string) => read.tables.interconnectors.find((each) => each.interconnector_id === id);

  it('date regions by their units and list the one that is new', () => {
    expect(read.tables.regions.find((region) => region.region_id === 'SNOWY1')).toMatchObject({
      valid_to: '2008-07-01 00:00:00',
      source: 'MMSDM 2026-03',
    });
    expect(read.tables.regions.find((region) => region.region_id === 'NT1')).toMatchObject({
      region_name: 'NT1',
    });
    expect(read.problems).toContainEqual(expect.stringContaining('region NT1 is new'));
  });

  it('give a new link its ends and its first date', () => {
    expect(link('N-S-NEW')).toEqual({
      interconnector_id: 'N-S-NEW',
      region_from: 'NSW1',
      region_to: 'SA1',
      valid_from: '2025-11-01 00:00:00',
      valid_to: '2999-12-31 00:00:00',
      description: 'A new link',
      source: 'MMSDM 2026-03',
    });
  });

  it('end a link with its region, keep the built-in ones, and list the one whose end is unknown', () => {
    expect(link('V-SN')).toMatchObject({ valid_to: '2008-07-01 00:00:00' });
    expect(link('T-V-MNSP1')).toMatchObject({ region_from: 'TAS1', region_to: 'VIC1', source: 'built in' });
    expect(link('LOST')).toBeUndefined();
    expect(read.problems).toContainEqual(
      expect.stringContaining('interconnector LOST: expected two known regions, found NSW1 and NOWHERE'),
    );
  });

  it('bring limits in their highest version', () => {
    expect(read.tables.limits.filter((limit) => limit.valid_from === '2027-07-01 00:00:00')).toMatchObject([
      { name: 'cumulative_price_threshold_aud_per_mwh', value: 2450000 },
      { name: 'price_cap_aud_per_mwh', value: 25600 },
      { name: 'price_floor_aud_per_mwh', value: -1000 },
    ]);
  });
});

describeReal("the operator's own tables of May 2021", () => {
  const file = async (table: string): Promise<[Buffer, string]> => {
    const name = `PUBLIC_DVD_${table}_202105010000.zip`;
    const folder = 'mms_nemosis_trimmed/Data_Archive/Wholesale_Electricity/MMSDM/2021/MMSDM_2021_05';
    const bytes = realBytes(`${folder}/MMSDM_Historical_Data_SQLLoader/DATA/${name}`);
    // Trimmed files state the number of lines they had; only that is put right here.
    const text = (await extractReport(bytes, name)).bytes.toString('utf8');
    const lines = text.trimEnd().split('\n').length;
    return [Buffer.from(text.replace(/("END OF REPORT",)\d+/, `$1${lines}`)), name];
  };

  it('state the limits that are built in', async () => {
    const thresholds = await file('MARKET_PRICE_THRESHOLDS');
    const { limits } = readArchive({ ...ARCHIVE, MARKET_PRICE_THRESHOLDS: thresholds }, 'archive');
    const built = asReadReference(
      { units: [], regions: [], interconnectors: [], limits: [], problems: [] },
      'x',
      NOW_MS,
    ).tables.limits;
    const differing = limits.filter(
      (limit) =>
        !built.some(
          (each) =>
            each.name === limit.name &&
            each.value === limit.value &&
            String(each.valid_from) <= limit.valid_from &&
            limit.valid_from < String(each.valid_to),
        ),
    );
    expect(limits.length).toBeGreaterThan(30);
    expect(differing).toEqual([]);
  });

  it('date the link of Victoria to New South Wales', async () => {
    const { interconnectors } = readArchive(
      {
        ...ARCHIVE,
        INTERCONNECTOR: await file('INTERCONNECTOR'),
        INTERCONNECTORCONSTRAINT: await file('INTERCONNECTORCONSTRAINT'),
      },
      'archive',
    );
    expect(interconnectors.find((each) => each.interconnector_id === 'VIC1-NSW1')).toMatchObject({
      region_from: 'VIC1',
      region_to: 'NSW1',
      valid_from: '2008-07-01 00:00:00',
      source: 'archive',
    });
  });
});
