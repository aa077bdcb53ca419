import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inputTopics, partitionsOf } from '../../../core/pipeline';
import { findPipelines, loaded, type FoundPipeline } from '../../../pipelines/folders';
import { enabledOf } from '../../../pipelines/registry';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const TEST_PIPELINES = path.join(repositoryRoot(), 'test', 'pipelines');

describe('pipelines are found by folder', () => {
  const toy = JSON.parse(
    fs.readFileSync(path.join(TEST_PIPELINES, 'toy', 'definition.json'), 'utf8'),
  ) as object;
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pipelines-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** Every pipeline, read. */
  const allIn = (folders: string[]): Map<string, FoundPipeline> =>
    new Map([...findPipelines(folders)].map(([name, each]) => [name, loaded(each)]));

  function write(name: string, definition: unknown): void {
    fs.cpSync(path.join(TEST_PIPELINES, 'toy', 'contracts'), path.join(folder, name, 'contracts'), {
      recursive: true,
    });
    fs.writeFileSync(path.join(folder, name, 'definition.json'), JSON.stringify(definition));
  }

  it('finds the built-in ones without any setting', () => {
    expect([...enabledOf({ pipelines: undefined, pipelineFolders: [] }).keys()]).toEqual(['nem']);
  });

  it('enables one that waits to be named only where it is named', () => {
    write('toy', { ...toy, onlyWhenNamed: true });
    const names = (pipelines: string[] | undefined) => [
      ...enabledOf({ pipelines, pipelineFolders: [folder] }).keys(),
    ];
    expect(names(undefined)).toEqual(['nem']);
    expect(names(['iot', 'toy'])).toEqual(['iot', 'toy']);
  });

  it('adds those of other folders, with what follows from their definition', () => {
    const found = allIn([TEST_PIPELINES]).get('toy')!;
    expect(found.filesFolder).toBe(path.join(TEST_PIPELINES, 'toy'));
    expect(inputTopics(found.pipeline)).toEqual(['toy_events', 'toy_events.dlq']);
    expect(partitionsOf(found.pipeline, 'toy_events.dlq')).toBe(2);
    expect(found.pipeline.outputs.slice(0, 2)).toEqual(['toy.bronze_events', 'toy.silver_events']);
    expect(found.pipeline).toMatchObject({ completeness: [], gold: { dbtSelect: [] } });
  });

  it('takes feeds from the contracts, and others from the definition', () => {
    const other = { topic: 'others', bronze: 'toy.bronze_others', identity: ['device_id'] };
    write('toy', { ...toy, feeds: [{ topic: 'toy_events', partitions: 5 }, other] });
    expect(allIn([folder]).get('toy')!.pipeline.feeds).toEqual([
      {
        topic: 'toy_events',
        bronze: 'toy.bronze_events',
        identity: 'offset',
        partitions: 5,
        time: { column: 'event_at', kind: 'event', clock: 'utc' },
        partition: 'event_date',
      },
      other,
    ]);
  });

  it('stops at a contract that is wrong, and names the file and the place', () => {
    write('toy', toy);
    fs.writeFileSync(path.join(folder, 'toy', 'contracts', 'more.yaml'), 'kind: DataContract');
    expect(() => allIn([folder])).toThrow(/contracts: expected data contracts.*more.yaml: schema/s);
  });

  it('enables those that are named, in that order', () => {
    const settings = { pipelines: ['toy', 'nem'], pipelineFolders: [TEST_PIPELINES] };
    expect([...enabledOf(settings).keys()]).toEqual(['toy', 'nem']);
    expect(() => enabledOf({ ...settings, pipelines: ['tyo'] })).toThrow(
      /expected one of iot, nem, toy, found tyo/,
    );
  });

  it('does not read those that are not enabled', () => {
    write('half', { name: 'half' });
    expect([...enabledOf({ pipelines: ['nem'], pipelineFolders: [folder] }).keys()]).toEqual(['nem']);
    expect(() => enabledOf({ pipelines: undefined, pipelineFolders: [folder] })).toThrow(/half.*intake/);
  });

  it('names every mistake of a definition', () => {
    write('wrong', { ...toy, feeds: {}, intake: { kind: 'topics' }, color: 'red' });
    expect(() => allIn([folder])).toThrow(/intake.refineEvery_ms.*feeds.*color/s);
  });

  it('names every mistake of a definition without an intake, and says where JSON ends', () => {
    write('bare', { name: 'bare', tables: 7 });
    expect(() => allIn([folder])).toThrow(/bare.definition.json: .*intake: .*; tables: /);
    fs.renameSync(path.join(folder, 'bare'), path.join(folder, 'torn'));
    fs.writeFileSync(path.join(folder, 'torn', 'definition.json'), '{"name": "torn",');
    expect(() => allIn([folder])).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_INVALID',
        message: expect.stringMatching(/torn.definition.json: .*JSON/) as string,
      }),
    );
  });

  it('finds a pipeline by a link to its folder, and contracts that end in .yml', () => {
    write('real', { ...toy, name: 'linked' });
    fs.renameSync(path.join(folder, 'real'), path.join(folder, '..', `${path.basename(folder)}-real`));
    const real = path.join(folder, '..', `${path.basename(folder)}-real`);
    try {
      fs.renameSync(path.join(real, 'contracts', 'events.yaml'), path.join(real, 'contracts', 'events.yml'));
      fs.symlinkSync(real, path.join(folder, 'linked'));
      expect(allIn([folder]).get('linked')!.pipeline.topics).toEqual(['toy_events']);
    } finally {
      fs.rmSync(real, { recursive: true });
    }
  });

  it('enables no two pipelines that write one table or read one topic', () => {
    write('copy', { ...toy, name: 'copy' });
    const folders = { pipelineFolders: [TEST_PIPELINES, folder] };
    expect(() => enabledOf({ pipelines: undefined, ...folders })).toThrow(
      /copy: .*topic toy_events, which pipeline toy has; table toy.bronze_events, which pipeline toy has/,
    );
    expect([...enabledOf({ pipelines: ['nem', 'copy'], ...folders }).keys()]).toEqual(['nem', 'copy']);
  });

  it.each([
    ['another name than its folder', { name: 'other' }, /name: expected copy/],
    [
      'a table made from no feed',
      { tables: [{ name: 'a.b', madeFrom: ['nothing'] }] },
      /nothing, which is no feed/,
    ],
    [
      'completeness of a table without interval ends',
      { completeness: [{ report: 'R', table: 'toy.silver_events', step_ms: 1000 }] },
      /no table with a time of kind intervalEnd/,
    ],
    ['a service that no pipeline can do without', { withoutServices: ['kafka'] }, /withoutServices/],
    [
      'a feed that repeats its contract',
      { feeds: [{ topic: 'toy_events', partition: 'event_date' }] },
      /expected partition of toy_events in its contract alone/,
    ],
    [
      'a feed without a contract that says too little',
      { feeds: [{ topic: 'others', bronze: 'toy.others' }] },
      /expected a contract of others, or its bronze and identity, found neither/,
    ],
    [
      'a table of runs as its own',
      { reference: [{ name: 'r', table: 'copy_ops.dead_letters', key: 'k' }] },
      /copy_ops.dead_letters is declared twice/,
    ],
    [
      'one topic twice',
      { feeds: ['a', 'b'].map((name) => ({ topic: 't', bronze: `x.${name}`, identity: 'offset' })) },
      /feeds: t is declared twice/,
    ],
    ['one table twice', { tables: [{ name: 'toy.bronze_events' }] }, /toy.bronze_events is declared twice/],
  ])('refuses a definition with %s', (_, change, message) => {
    write('copy', { ...toy, name: 'copy', ...change });
    expect(() => allIn([folder])).toThrow(message);
  });

  it('takes a registry for contracts whose columns have field numbers only', () => {
    write('toy', { ...toy, needsRegistry: true });
    expect(allIn([folder]).get('toy')!.pipeline.needsRegistry).toBe(true);
    write('copy', { ...toy, name: 'copy', needsRegistry: true });
    const file = path.join(folder, 'copy', 'contracts', 'events.yaml');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/ +- \{property: fieldNumber.*\n/g, ''));
    expect(() => allIn([folder])).toThrow(
      /copy.*: .*needsRegistry: expected a fieldNumber of each column of toy_events, found none/,
    );
  });

  it('refuses a name that is there twice, and a folder that is not there', () => {
    write('nem', { ...toy, name: 'nem' });
    expect(() => allIn([folder])).toThrow(/a second pipeline nem/);
    expect(() => allIn([path.join(folder, 'absent')])).toThrow(/no such folder/);
  });
});
