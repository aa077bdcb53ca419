import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inputTopics, partitionsOf } from '../../../core/pipeline';
import { findPipelines } from '../../../pipelines/folders';
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
    const found = findPipelines([TEST_PIPELINES]).get('toy')!;
    expect(found.filesFolder).toBe(path.join(TEST_PIPELINES, 'toy'));
    expect(inputTopics(found.pipeline)).toEqual(['toy_events', 'toy_events.dlq']);
    expect(partitionsOf(found.pipeline, 'toy_events.dlq')).toBe(2);
    expect(found.pipeline.outputs.slice(0, 2)).toEqual(['toy.bronze_events', 'toy.silver_events']);
    expect(found.pipeline).toMatchObject({ completeness: [], gold: { dbtSelect: [] } });
  });

  it('takes feeds from the contracts, and others from the definition', () => {
    const other = { topic: 'others', bronze: 'toy.bronze_others', identity: ['device_id'] };
    write('toy', { ...toy, feeds: [{ topic: 'toy_events', partitions: 5 }, other] });
    expect(findPipelines([folder]).get('toy')!.pipeline.feeds).toEqual([
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
    expect(() => findPipelines([folder])).toThrow(/contracts: expected data contracts.*more.yaml: schema/s);
  });

  it('enables those that are named, in that order', () => {
    const settings = { pipelines: ['toy', 'nem'], pipelineFolders: [TEST_PIPELINES] };
    expect([...enabledOf(settings).keys()]).toEqual(['toy', 'nem']);
    expect(() => enabledOf({ ...settings, pipelines: ['tyo'] })).toThrow(
      /expected one of iot, nem, toy, found tyo/,
    );
  });

  it('names every mistake of a definition', () => {
    write('wrong', { ...toy, feeds: {}, intake: { kind: 'topics' }, color: 'red' });
    expect(() => findPipelines([folder])).toThrow(/intake.refineEvery_ms.*feeds.*color/s);
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
    ['one table twice', { tables: [{ name: 'toy.bronze_events' }] }, /toy.bronze_events is declared twice/],
  ])('refuses a definition with %s', (_, change, message) => {
    write('copy', { ...toy, name: 'copy', ...change });
    expect(() => findPipelines([folder])).toThrow(message);
  });

  it('refuses a name that is there twice, and a folder that is not there', () => {
    write('nem', { ...toy, name: 'nem' });
    expect(() => findPipelines([folder])).toThrow(/a second pipeline nem/);
    expect(() => findPipelines([path.join(folder, 'absent')])).toThrow(/no such folder/);
  });
});
