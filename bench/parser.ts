import { ReportParser } from '../pipelines/nem/source/reportParser';

/**
 * Measures the parser on UNIT_SCADA rows as published (quoted stamps, CRLF), every cell handed out.
 * Prints one JSON object; `rows_per_second` is the median of the runs after a warm-up.
 */
const ROWS = 400_000;
const CHUNK_BYTES = 1 << 16;
const RUNS = 5;

function unitScadaReport(rows: number): Buffer {
  const lines = [
    'C,NEMP.WORLD,DISPATCHSCADA,AEMO,PUBLIC,2025/12/27,00:00:23,0000000495867506,DISPATCHSCADA,0000000495867500',
  ];
  lines.push('I,DISPATCH,UNIT_SCADA,1,SETTLEMENTDATE,DUID,SCADAVALUE,LASTCHANGED');
  for (let row = 0; row < rows; row += 1) {
    lines.push(
      `D,DISPATCH,UNIT_SCADA,1,"2025/12/27 00:05:00",UNIT${row % 500},${(row % 7919) / 10},"2025/12/27 00:00:22"`,
    );
  }
  return Buffer.from([...lines, `C,"END OF REPORT",${rows + 3}`, ''].join('\r\n'), 'ascii');
}

/** Reads the report once and returns seconds. */
function readOnce(report: Buffer): number {
  let cells = 0;
  const started = process.hrtime.bigint();
  const parser = new ReportParser('bench.csv', () => (row) => {
    cells += row.cells.length;
  });
  for (let from = 0; from < report.length; from += CHUNK_BYTES)
    parser.write(report.subarray(from, from + CHUNK_BYTES));
  const { rows } = parser.end();
  if (rows !== ROWS || cells !== 4 * ROWS)
    throw new Error(`expected ${ROWS} rows of 4 cells, found ${rows} rows and ${cells} cells`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

const report = unitScadaReport(ROWS);
readOnce(report);
const seconds = Array.from({ length: RUNS }, () => readOnce(report)).sort((a, b) => a - b);
const median_s = seconds[Math.floor(RUNS / 2)]!;
const result = {
  rows: ROWS,
  bytes: report.length,
  runs: RUNS,
  seconds: median_s,
  rows_per_second: Math.round(ROWS / median_s),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
