import { withTelemetry } from '../../chaos/report';
import { telemetryFaults } from '../../chaos/telemetryTenant';
import { describeFault, trialsOf } from '../../chaos/trials';
import { VICTIMS, victimsOfTelemetry } from '../../chaos/victims';

const SEED = 20261130;

describe('trials with telemetry', () => {
  it('kill the services that other stacks do not have, before all else', () => {
    const victims = victimsOfTelemetry(['temporal', 'kafka', 'registry', 'bootstrap', 'worker']);
    expect(victims).toEqual(['registry']);
    const first = trialsOf(SEED, victims)
      .slice(0, 5)
      .map(({ fault }) => describeFault(fault));
    expect(first.filter((fault) => fault.includes('registry'))).toHaveLength(4);
    expect(first[3]).toMatch(/^kill twice: registry at refineTables/);
  });

  it('are otherwise those of the seed, in the same order', () => {
    const usual = trialsOf(SEED).map(({ fault }) => fault);
    const more = trialsOf(SEED, victimsOfTelemetry([...VICTIMS, 'registry']));
    expect(more.slice(4).map(({ fault }) => fault)).toEqual(usual);
    expect(more.map(({ number }) => number)).toEqual(more.map((_, index) => index));
  });

  it('are known by their results', () => {
    expect(withTelemetry([{ pipelines: ['nem', 'toy'] }, {}])).toBe(false);
    expect(withTelemetry([{ pipelines: ['nem', 'toy', 'iot'] }])).toBe(true);
  });
});

describe('the verdict on telemetry', () => {
  const sound = { acknowledged: 90, in_kafka: 100, bronze: 92, dead_letters: 8, places: 100, in_silver: 92 };

  it('is that nothing is wrong when each record of Kafka is there once', () => {
    expect(telemetryFaults(sound)).toEqual([]);
  });

  it.each([
    [{ acknowledged: 101 }, '101 records acknowledged, 100 in Kafka'],
    [{ bronze: 91, places: 99, in_silver: 91 }, '100 records in Kafka, 91 in bronze and 8 dead letters'],
    [{ places: 99 }, '100 rows of bronze and dead letters, of 99 records'],
    [{ in_silver: 93 }, '92 rows of bronze, 93 in silver'],
  ])('names what differs: %j', (change, line) => {
    expect(telemetryFaults({ ...sound, ...change })).toEqual([`telemetry: ${line}`]);
  });
});
