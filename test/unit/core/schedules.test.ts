import { desiredSchedules } from '../../../core/schedules';
import { pipelineNamed } from '../../../pipelines/registry';

describe('schedules of several pipelines', () => {
  const names = ['nem', 'iot', 'flights'];
  const schedules = desiredSchedules(names.map((name) => ({ ...pipelineNamed('nem'), name })));

  it('have ids of their own', () => {
    expect(new Set(schedules.map(({ scheduleId }) => scheduleId)).size).toBe(schedules.length);
    expect(new Set(schedules.map(({ workflowId }) => workflowId)).size).toBe(schedules.length);
  });

  it('begin upkeep in minutes of their own, each within the same hour', () => {
    const starts = schedules.flatMap(({ workflowType, offsetMs }) =>
      workflowType === 'maintainLake' ? [offsetMs / 60_000] : [],
    );
    expect(new Set(starts).size).toBe(names.length);
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(60);
  });

  it('look for what nothing refers to once, for the whole lake', () => {
    expect(schedules.filter(({ workflowType }) => workflowType === 'removeUnreferencedFiles')).toHaveLength(
      1,
    );
    const upkeep = schedules.filter(({ workflowType }) => workflowType === 'maintainLake');
    expect(upkeep.map(({ args }) => args)).toEqual(names.map((pipeline) => [{ pipeline, wholeLake: false }]));
  });
});
