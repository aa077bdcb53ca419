import { printJson } from '../../../cli/support/output';
import { snakeCased } from '../../../cli/support/snakeCase';

describe('the JSON of the command line', () => {
  it('has fields in snake_case at every depth', () => {
    expect(
      snakeCased({ runId: 'r', held: { failedBranch: 'b', ranges: [{ endOffset: 1 }] }, retryAfter_ms: 5 }),
    ).toEqual({ run_id: 'r', held: { failed_branch: 'b', ranges: [{ end_offset: 1 }] }, retry_after_ms: 5 });
  });

  it('leaves keys that are data and values of every type as they are', () => {
    const value = {
      unlanded: { DISPATCHIS: { intervals: 12 } },
      by_reason: { 'double:SCADAVALUE': 3 },
      paused: null,
      text: 'runId',
      flags: [true, 1.5],
    };
    expect(snakeCased(value)).toEqual(value);
  });

  it('keeps what has a JSON form of its own', () => {
    expect(snakeCased({ startedAt: new Date(0) })).toEqual({ started_at: '1970-01-01T00:00:00.000Z' });
  });

  it('is what printJson prints', () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    printJson({ buildId: '1' });
    expect(write).toHaveBeenCalledWith('{\n  "build_id": "1"\n}\n');
    write.mockRestore();
  });
});
