import { PipelineCannotError } from '../../../core/errors';
import { desiredSchedules } from '../../../core/schedules';
import { filesIntake } from '../../../core/pipeline';
import { withCapabilities } from '../../../core/source';
import { enabledOf } from '../../../pipelines/registry';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const both = enabledOf({
  pipelines: ['nem', 'toy'],
  pipelineFolders: [path.join(repositoryRoot(), 'test', 'pipelines')],
});
const toy = both.get('toy')!.pipeline;

describe('what a pipeline cannot do', () => {
  it('is an error that names it, where a capability is missing', () => {
    const source = withCapabilities('toy', { placeOf: () => null });
    expect(source.placeOf('a')).toBeNull();
    expect(() => source.listArchives({ start: 'a', end: 'b' }, new AbortController().signal)).toThrow(
      /toy: expected a pipeline that can be filled from archives/,
    );
    expect(() => source.readReference([], new AbortController().signal)).toThrow(PipelineCannotError);
  });

  it('is an error of the intake, where only files would do', () => {
    expect(() => filesIntake(toy, 'ingest a range')).toThrow(/toy: .* can ingest a range/);
    expect(filesIntake(both.get('nem')!.pipeline, 'ingest a range').step_ms).toBe(300_000);
  });

  it('has no schedule: topics are refined on their rhythm, and nothing is ingested or filled', () => {
    const ids = desiredSchedules([toy]).map(({ scheduleId, everyMs }) => [scheduleId, everyMs]);
    expect(ids).toEqual([
      ['refine-toy', 60_000],
      ['maintain-toy', 86_400_000],
      ['maintain-lake', 86_400_000],
    ]);
  });

  it('has schedules of files for a pipeline that takes them, upkeep five minutes apart', () => {
    const schedules = desiredSchedules([...both.values()].map(({ pipeline }) => pipeline));
    expect(schedules.map(({ scheduleId }) => scheduleId)).toEqual(
      expect.arrayContaining(['ingest-nem', 'reconcile-nem', 'backfill-nem', 'maintain-nem', 'refine-toy']),
    );
    const [first, second] = schedules.filter(({ scheduleId }) => scheduleId.startsWith('maintain-'));
    expect(second!.offsetMs - first!.offsetMs).toBe(5 * 60_000);
  });
});
