import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { startFakeRegistry, type FakeRegistry } from '../clients/fakeRegistry';

/** A repository of its own with the telemetry's contract as a pipeline outside, changed since its commit. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'contracts-'));
const pipeline = path.join(folder, 'meters');
const file = path.join(pipeline, 'contracts', 'telemetry.yaml');
const definitionFile = path.join(pipeline, 'definition.json');
const definition = {
  name: 'meters',
  intake: { kind: 'topics', refineEvery_ms: 1000 },
  tables: [],
  needsRegistry: true,
};
const WRITTEN_FEED = { topic: 'iot-telemetry', bronze: 'iot.bronze_telemetry', identity: 'offset' };
process.env.CURRENTS_PIPELINE_FOLDERS = folder;
process.env.CURRENTS_PIPELINES = 'meters';

const COMMANDS = path.join(repositoryRoot(), 'cli', 'commands', 'contracts');

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@test', ...args], { cwd: folder });
const write = (change: (text: string) => string): void => {
  const source = path.join(repositoryRoot(), 'pipelines', 'iot', 'contracts', 'telemetry.yaml');
  fs.writeFileSync(file, change(fs.readFileSync(source, 'utf8')));
};

beforeAll(() => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(definitionFile, JSON.stringify(definition));
  write((text) => text);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'agreed');
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

jest.setTimeout(60_000);

/** Contracts are read once per process, so each call gets modules of its own. */
async function contracts(...args: string[]): Promise<string> {
  jest.resetModules();
  const { register } = (await import(COMMANDS)) as { register(program: Command): void };
  const written: string[] = [];
  const write_ = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  const [out, err] = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(write_),
  );
  try {
    const program = new Command().exitOverride();
    register(program);
    await program.parseAsync(['contracts', ...args], { from: 'user' });
    return written.join('');
  } finally {
    out!.mockRestore();
    err!.mockRestore();
  }
}

describe('currents contracts', () => {
  it('passes where nothing changed', async () => {
    write((text) => text);
    expect(await contracts('check', '--against', 'main')).toMatch(/are the same[\s\S]*No contract breaks/);
  });

  it('passes, and lists, what breaks nothing', async () => {
    write((text) => text.replace('{minimum: -1, maximum: 1}', '{minimum: -1}'));
    const { changes } = JSON.parse((await contracts('check', '--json')).split('No contract')[0]!) as {
      changes: unknown;
    };
    expect(changes).toEqual([
      {
        pipeline: 'meters',
        topic: 'iot-telemetry',
        column: 'power_factor',
        rule: 'maximum_widened',
        is_breaking: false,
        was: '1',
        is: null,
      },
    ]);
  });

  it('fails on what breaks, with the column and the rule; diff only lists it', async () => {
    write((text) => text.replace('{minimum: -1, maximum: 1}', '{minimum: 0, maximum: 1}'));
    await expect(contracts('check')).rejects.toMatchObject({
      code: 'CONTRACT_BREAKS',
      kind: 'data',
      message: expect.stringContaining(
        'found 1 breaking changes: iot-telemetry.power_factor: minimum_narrowed, was -1, is 0',
      ) as string,
    });
    expect(await contracts('diff')).toMatch(/power_factor +minimum_narrowed +-1 +0 +yes/);
  });

  it('reads a file whose name ends in .yml, in the folder and in the commit', async () => {
    write((text) => text);
    fs.renameSync(file, file.replace('.yaml', '.yml'));
    git('checkout', '-q', '-b', 'renamed');
    git('add', '.');
    git('commit', '-q', '-m', 'renamed');
    try {
      expect(await contracts('diff', '--against', 'renamed')).toContain('are the same');
      expect(await contracts('diff', '--against', 'main')).toContain('are the same');
    } finally {
      git('checkout', '-q', 'main');
    }
  });

  it('lists every stream as removed where the folder of contracts is gone', async () => {
    write((text) => text);
    fs.writeFileSync(definitionFile, JSON.stringify({ ...definition, feeds: [WRITTEN_FEED] }));
    fs.rmSync(path.dirname(file), { recursive: true });
    try {
      expect(await contracts('diff')).toMatch(/iot-telemetry +- +stream_removed/);
    } finally {
      git('checkout', '-q', '--', '.');
    }
  });

  it.each(['gone', '--help-all'])('names a commit that is not there: %s', async (ref) => {
    await expect(contracts('diff', `--against=${ref}`)).rejects.toMatchObject({ code: 'GIT_REF' });
  });
});

describe('currents contracts with a schema registry', () => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await startFakeRegistry();
    write((text) => text);
  });
  afterEach(() => registry.close());

  const push = (): Promise<string> => contracts('push', '--registry', registry.url);
  const check = (...args: string[]): Promise<string> =>
    contracts('check', '--registry', registry.url, ...args);

  it('pushes both forms under BACKWARD, and the same again under the same ids', async () => {
    expect(await push()).toMatch(/iot-telemetry-value +1\n *iot-telemetry-value-protobuf +2/);
    expect(registry.level).toBe('BACKWARD');
    const again = await contracts('push', '--registry', `${registry.url}/`, '--json');
    expect(JSON.parse(again)).toEqual({
      subjects: [
        { subject: 'iot-telemetry-value', id: 1 },
        { subject: 'iot-telemetry-value-protobuf', id: 2 },
      ],
    });
  });

  it('checks without writing: new, the same, and what an optional column adds', async () => {
    expect(await check()).toMatch(/iot-telemetry-value +new/);
    expect(registry.subjects.size).toBe(0);
    await push();
    expect(await check()).toMatch(/iot-telemetry-value +same[\s\S]*No schema breaks/);
    write((text) => text.replace('{minimum: -1, maximum: 1}', '{minimum: -1}'));
    expect(await check()).toMatch(/iot-telemetry-value +power_factor +maximum_widened +1 +- +no/);
    expect(registry.subjects.get('iot-telemetry-value')).toHaveLength(1);
  });

  it('fails on a field that breaks, with the rule', async () => {
    await push();
    write((text) => text.replace('{minimum: -1, maximum: 1}', '{minimum: 0, maximum: 1}'));
    await expect(check('--json')).rejects.toMatchObject({
      code: 'CONTRACT_BREAKS',
      message: expect.stringContaining(
        'iot-telemetry-value, power_factor: minimum_narrowed, was -1, is 0',
      ) as string,
    });
  });

  it('fails with the reasons of the registry where the rules see nothing', async () => {
    await push();
    write((text) => text.replace('The building that it stands in', 'rejected'));
    await expect(check()).rejects.toMatchObject({
      code: 'CONTRACT_BREAKS',
      message: expect.stringContaining('Subschema type changed at /properties/price') as string,
    });
    await expect(push()).rejects.toMatchObject({
      code: 'SCHEMA_INCOMPATIBLE',
      message: expect.stringContaining('iot-telemetry-value: Subschema type changed') as string,
    });
  });

  it('is an error by name where the registry is away, and where both are given to compare with', async () => {
    registry.isDown = true;
    await expect(check()).rejects.toMatchObject({ code: 'SCHEMA_REGISTRY_UNAVAILABLE' });
    await expect(check('--against', 'main')).rejects.toThrow(/cannot be used with/);
  });
});
