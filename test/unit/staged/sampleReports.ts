import { reportZip } from '../nem/zippedReports';
import { report, SCADA_TABLE } from '../nem/reportText';

/** A published file of the sample, as landing has it. */
export interface SampleFile {
  name: string;
  report: string;
  bytes: Buffer;
}

const DATE = '2026/11/20';
const STAMP = `"${DATE} 11:05:00"`;
const header = (name: string): string =>
  `C,NEMP.WORLD,${name},AEMO,PUBLIC,${DATE},11:00:21,0000000500000001,${name},0000000500000000`;
const csvFile = (name: string, kind: string, lines: string[]): SampleFile => ({
  name,
  report: kind,
  bytes: reportZip(name, lines[0] === 'raw' ? lines[1]! : report(lines)),
});
const scada = (id: number, rows: string[], table = SCADA_TABLE): SampleFile =>
  csvFile(`PUBLIC_DISPATCHSCADA_202611201105_050000000${id}.zip`, 'DISPATCHSCADA', [
    header('DISPATCHSCADA'),
    table,
    ...rows,
  ]);
const unit = (duid: string, value: string, changed = `"${DATE} 11:00:20"`): string =>
  `D,DISPATCH,UNIT_SCADA,1,${STAMP},${duid},${value},${changed}`;

const NUMBERS = ['0.20', '-1E-05', '-0', '+7.', '22051.3819749999999999999999', '1e300', '123456789.125'];

/** Odd but good rows, rows that break a rule, columns that are missing, new or in another order. */
const SCADA_FILES = [
  scada(1, [
    ...NUMBERS.map((value, index) => unit(`UNIT${index}`, value)),
    unit('ERB01 ', '1.5', ''),
    unit('LNGS/1#2', '2'),
    unit('"WÄRME, ""1"""', '3'),
    unit('', '1'),
    ...['NaN', '0x1F', '', ' 1', '1e400'].map((value) => unit('BAD', value)),
    unit('LATE', '1', 'yesterday'),
    `D,DISPATCH,UNIT_SCADA,1,"${DATE} 23:05:00",FUTURE,1,`,
    `D,DISPATCH,UNIT_SCADA,1,${STAMP},SHORT,1`,
    `D,DISPATCH,UNIT_SCADA,1,"2019/02/28 24:00:00",MIDNIGHT,1,`,
  ]),
  scada(
    2,
    ['A,12.5,7,"line one\nline two"', 'B,13.5,,', 'C,14.5,"8 ""x""",'].map(
      (row) => `D,DISPATCH,UNIT_SCADA,2,${STAMP},${row}`,
    ),
    'I,DISPATCH,UNIT_SCADA,2,SETTLEMENTDATE,DUID,SCADAVALUE,QUALITY,REMARK',
  ),
  scada(
    3,
    [`D,DISPATCH,UNIT_SCADA,1,"${DATE} 11:00:20",A,${STAMP}`],
    'I,DISPATCH,UNIT_SCADA,1,LASTCHANGED,DUID,SETTLEMENTDATE',
  ),
];

const DISPATCHIS_FILE = csvFile('PUBLIC_DISPATCHIS_202611201105_0500000004.zip', 'DISPATCHIS', [
  header('DISPATCHIS'),
  'I,DISPATCH,CASE_SOLUTION,2,SETTLEMENTDATE,RUNNO,INTERVENTION,CASESUBTYPE,SOLUTIONSTATUS,TOTALOBJECTIVE,LASTCHANGED',
  `D,DISPATCH,CASE_SOLUTION,2,${STAMP},1,0,,0,-9988776.5,"${DATE} 11:00:18"`,
  'I,DISPATCH,PRICE,5,SETTLEMENTDATE,RUNNO,REGIONID,DISPATCHINTERVAL,INTERVENTION,RRP,EEP,ROP,PRICE_STATUS,LASTCHANGED',
  `D,DISPATCH,PRICE,5,${STAMP},1,NSW1,20261120085,0,81.5,0,81.5,FIRM,"${DATE} 11:00:18"`,
  `D,DISPATCH,PRICE,5,${STAMP},1,QLD1,20261120085,0,-1000,,-1000,NOT FIRM,"${DATE} 11:00:18"`,
  `D,DISPATCH,PRICE,5,${STAMP},1,VIC1,20261120085,0,NaN,,1,FIRM,`,
  'I,DISPATCH,REGIONSUM,8,SETTLEMENTDATE,RUNNO,REGIONID,DISPATCHINTERVAL,INTERVENTION,TOTALDEMAND,' +
    'AVAILABLEGENERATION,AVAILABLELOAD,DISPATCHABLEGENERATION,NETINTERCHANGE,SEMISCHEDULE_CLEAREDMW,LASTCHANGED',
  `D,DISPATCH,REGIONSUM,8,${STAMP},1,NSW1,20261120085,0,7123.45,9000,,6900.5,-222.95,,"${DATE} 11:00:18"`,
  'I,DISPATCH,INTERCONNECTORRES,3,SETTLEMENTDATE,RUNNO,INTERCONNECTORID,DISPATCHINTERVAL,INTERVENTION,' +
    'METEREDMWFLOW,MWFLOW,MWLOSSES,EXPORTLIMIT,IMPORTLIMIT,LASTCHANGED',
  `D,DISPATCH,INTERCONNECTORRES,3,${STAMP},1,NSW1-QLD1,20261120085,0,-400.1,-399.9,12.3,600,-1000,"${DATE} 11:00:18"`,
  'I,DISPATCH,LOCAL_PRICE,1,SETTLEMENTDATE,DUID',
  `D,DISPATCH,LOCAL_PRICE,1,${STAMP},A`,
]);

const ROOFTOP_FILE = csvFile(
  'PUBLIC_ROOFTOP_PV_ACTUAL_MEASUREMENT_20261120113000_0500000005.zip',
  'ROOFTOP',
  [
    header('ROOFTOP_PV_ACTUAL_MEASUREMENT'),
    'I,ROOFTOP,ACTUAL,2,INTERVAL_DATETIME,REGIONID,POWER,QI,TYPE,LASTCHANGED',
    `D,ROOFTOP,ACTUAL,2,"${DATE} 11:00:00",NSW1,3456.789,0.9,MEASUREMENT,"${DATE} 11:20:01"`,
    `D,ROOFTOP,ACTUAL,2,"${DATE} 11:00:00",QLDC,1,,MEASUREMENT,`,
    `D,ROOFTOP,ACTUAL,2,"${DATE} 11:00:00",VIC1,,1,MEASUREMENT,`,
  ],
);

const CUT_FILE = csvFile('PUBLIC_DISPATCHSCADA_202611201110_0500000006.zip', 'DISPATCHSCADA', [
  'raw',
  [header('DISPATCHSCADA'), SCADA_TABLE, unit('CUT', '1'), 'D,DISPATCH,UN'].join('\r\n'),
]);

/** Every topic, each kind of oddity, and one file that is not trusted between others that are. */
export const SAMPLE_FILES: readonly SampleFile[] = [
  SCADA_FILES[0]!,
  CUT_FILE,
  SCADA_FILES[1]!,
  SCADA_FILES[2]!,
  DISPATCHIS_FILE,
  ROOFTOP_FILE,
];
