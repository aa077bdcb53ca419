import { createHash } from 'node:crypto';
import { UntrustedFileError } from '../../../pipelines/nem/source/errors';
import { parseListing } from '../../../pipelines/nem/source/listing';
import { expectedTotals } from '../../../pipelines/nem/demo/expectedTotals';
import { FURTHER_REPORTS } from '../../../pipelines/nem/demo/furtherReports';
import { listingPage } from '../../../pipelines/nem/demo/listing';
import { publishPlan } from '../../../pipelines/nem/demo/plan';
import type { PlannedFile } from '../../../pipelines/nem/demo/plannedFile';
import { fileNameOf } from '../../../pipelines/nem/demo/siteFile';
import { readReportFile, type ReportFileSummary } from '../../../pipelines/nem/source/reportReading';

const plan = publishPlan({ fromNem: '2026-11-20 12:00', intervals: 24, furtherReports: FURTHER_REPORTS });
const expected = expectedTotals(plan);

async function read(file: PlannedFile): Promise<ReportFileSummary | UntrustedFileError> {
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  try {
    return (
      await readReportFile({
        fileName: fileNameOf(file),
        bytes: file.bytes,
        sha256,
        ingestedAt: '2026-11-20T04:00:00Z',
      })
    ).summary;
  } catch (error) {
    if (error instanceof UntrustedFileError) return error;
    throw error;
  }
}

function add(counts: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + count;
}

describe("the pipeline's reader on simulated files", () => {
  it('finds the rows and the dead letters that the plan predicts', async () => {
    const rows: Record<string, number> = {};
    const deadLetters: Record<string, number> = {};
    for (const file of plan.files.filter((each) => each.outcome.kind !== 'seen_before')) {
      const found = await read(file);
      if (found instanceof UntrustedFileError) add(deadLetters, { [found.reason]: 1 });
      else {
        add(rows, found.rows);
        add(deadLetters, found.deadLetters);
      }
    }
    expect(deadLetters).toEqual(expected.deadLetters);
    expect(rows).toEqual(
      Object.fromEntries(
        Object.entries(expected.tables).map(([table, totals]) => [`nem_${table}`, totals.bronze_rows]),
      ),
    );
  });

  it('finds every column of the further reports in their contracts', async () => {
    for (const report of FURTHER_REPORTS) {
      const drifts = Object.values(
        ((await read(plan.files.find((each) => each.report === report)!)) as ReportFileSummary).drift,
      );
      expect([report, drifts]).toEqual([report, [{ added: [], missing: [] }]]);
    }
  });

  it('notices the added column', async () => {
    const file = plan.files.find((each) => each.addedColumns.length > 0)!;
    expect(await read(file)).toMatchObject({
      drift: { nem_dispatch: { added: expected.added_columns, missing: [] } },
    });
  });

  it.each(['classic', 'indented'] as const)('reads the listing in the %s dialect', (dialect) => {
    const folder = '/Reports/CURRENT/Dispatch_SCADA/';
    const entries = parseListing(
      listingPage(folder, plan.files, dialect, 'SIMULATED')!,
      `http://127.0.0.1:1${folder}`,
    );
    const published = plan.files.filter(
      (file) => file.path.startsWith(folder) && !file.path.includes('/DUPLICATE/'),
    );
    expect(
      entries
        .filter((entry) => !entry.isFolder)
        .map((entry) => [entry.name, entry.bytes])
        .sort(),
    ).toEqual(published.map((file) => [fileNameOf(file), file.bytes.length]).sort());
    expect(entries.filter((entry) => entry.isFolder).map((entry) => entry.name)).toContain('DUPLICATE');
  });
});
