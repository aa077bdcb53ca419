import { Command } from 'commander';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { register } from '../../../cli/commands/produce';
import { outcomeTables, produceOutcome, progressLine } from '../../../cli/support/produceOutcome';
import { ProducedCounts } from '../../../cli/support/produceRecords';

process.env.CURRENTS_PIPELINES = 'nem,iot';

async function produce(...args: string[]): Promise<unknown> {
  const program = new Command().exitOverride();
  register(program);
  return program.parseAsync(['produce', ...args], { from: 'user' });
}

describe('currents produce', () => {
  it('is an error by name for a pipeline that makes no records', async () => {
    await expect(produce('nem')).rejects.toMatchObject({
      code: 'PIPELINE_CANNOT',
      message: 'nem: expected a pipeline that can produce records, found one that cannot',
    });
    await expect(produce('flights')).rejects.toMatchObject({ code: 'UNKNOWN_PIPELINE' });
  });

  it.each([
    [['--scenario', 'wild'], /--scenario: expected one of valid, invalid_schema, .*mixed, found wild/],
    [['--rate', '0'], /--rate: expected a number above 0, found 0/],
    [['--rate', 'fast'], /--rate: .* found fast/],
    [['--duration', '-1'], /--duration: expected a number above 0, found -1/],
    [['--seed', '1.5'], /--seed: expected a whole number from 0, found 1.5/],
    [['--schema-id', 'avro'], /--schema-id: expected one of header, prefix, none, found avro/],
  ])('%j is the call that is wrong', async (args, message) => {
    await expect(produce('iot', ...args)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(produce('iot', ...args)).rejects.toThrow(message);
  });
});

describe('currents produce --replay', () => {
  it('names a folder that is not there, one without sensors, and a pipeline that replays nothing', async () => {
    await expect(produce('iot', '--replay', 'nowhere')).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'no-sensors-'));
    fs.writeFileSync(path.join(folder, 'meta.csv'), 'uid,sqft\na,1\n');
    await expect(produce('iot', '--replay', folder)).rejects.toMatchObject({
      code: 'NOTHING_TO_REPLAY',
      message: `--replay: expected files with times and measurements, found none among 1 in ${folder}`,
    });
    fs.rmSync(folder, { recursive: true });
    await expect(produce('nem', '--replay', folder)).rejects.toMatchObject({ code: 'PIPELINE_CANNOT' });
  });

  it('is told as what it is', () => {
    const outcome = produceOutcome({ pipeline: 'iot', replay: 'sensors' }, new ProducedCounts());
    expect(outcome).toMatchObject({ pipeline: 'iot', replay: 'sensors', simulated: false });
    expect(outcome).not.toHaveProperty('seed');
  });
});

describe('what was produced', () => {
  const counts = new ProducedCounts();
  const record = { topic: 't', key: 'k', value: '', headers: {} };
  counts.add([
    { ...record, kind: 'valid', deadLetter: null },
    { ...record, kind: 'valid', deadLetter: null },
    { ...record, kind: 'truncated', deadLetter: 'malformed_json' },
  ]);
  const outcome = produceOutcome({ pipeline: 'iot', scenario: 'mixed', seed: 7 }, counts);

  it('is told with what the lake must make of it', () => {
    expect(outcome).toMatchObject({
      simulated: true,
      records: 3,
      kinds: { valid: 2, truncated: 1 },
      rows_expected: 2,
      dead_letters_expected: { malformed_json: 1 },
    });
    expect(outcomeTables(outcome)).toMatch(
      /valid +2[\s\S]*truncated +1[\s\S]*rows of bronze +2[\s\S]*dead letters: malformed_json +1$/,
    );
  });

  it('is one line of progress', () => {
    expect(progressLine(counts, 1500)).toBe('produce     2 s  3 records, 2.0/s: valid 2, truncated 1');
  });

  it('shows as many kinds as 80 columns have room for', () => {
    const many = new ProducedCounts();
    const kinds = Array.from({ length: 20 }, (_, number) => ({
      ...record,
      kind: `kind_${number}`,
      deadLetter: null,
    }));
    const valid = { ...record, kind: 'valid', deadLetter: null };
    many.add([...kinds, valid, valid]);
    const line = progressLine(many, 1500);
    expect(line).toMatch(/: valid 2, kind_0 1, .*, …$/);
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line.length).toBeGreaterThan(65);
  });
});
