import { sha256Hex } from '../../../clients/s3/checksums';
import { findLanded } from '../../../activities/deadLetters/support/landedFiles';
import { Landing } from '../../../activities/ingest/landing';
import { readConfig } from '../../../settings/config';
import { archiveFiles } from '../../../pipelines/nem/demo/archive';
import { publishPlan } from '../../../pipelines/nem/demo/plan';
import { createNemSource } from '../../../pipelines/nem/source/source';
import { landFile } from '../activities/landFile';
import { memoryStore } from '../activities/memoryStore';

describe('the landed bytes a letter comes from', () => {
  const source = createNemSource(readConfig({}));
  const landing = new Landing(memoryStore(), 'nem');
  const deps = { sourceOf: () => source, landingOf: () => landing };
  const archives = archiveFiles(publishPlan({ fromNem: '2026-10-01 00:00', intervals: 12, oddities: [] }));
  const daily = archives.find(({ path }) => /DISPATCHSCADA_20261001\.zip$/.test(path))!;

  const land = (name: string, bytes: Buffer): Promise<void> => landFile(landing, source, name, bytes);
  const membersOf = async (): Promise<{ name: string; bytes: Buffer }[]> => {
    const members = [];
    for await (const member of source.openArchive({
      name: 'PUBLIC_DISPATCHSCADA_20261001.zip',
      report: 'DISPATCHSCADA',
      bytes: daily.bytes,
    }))
      members.push(member);
    return members;
  };

  it('are found in the archive that was landed for its interval, by name and checksum', async () => {
    await land('PUBLIC_DISPATCHSCADA_20261001.zip', daily.bytes);
    await land('PUBLIC_DISPATCHSCADA_20261002.zip', Buffer.from('no zip'));
    const members = await membersOf();
    for (const { name, bytes } of [members[0]!, members.at(-1)!]) {
      const found = await findLanded(deps, 'nem', { source_file: name, source_sha256: sha256Hex(bytes) });
      expect(found).toMatchObject({
        name,
        report: 'DISPATCHSCADA',
        uri: expect.stringContaining(`PUBLIC_DISPATCHSCADA_20261001.zip!${name}`) as string,
      });
      expect(found!.bytes.equals(bytes)).toBe(true);
    }
    expect(
      await findLanded(deps, 'nem', { source_file: members[0]!.name, source_sha256: 'other' }),
    ).toBeNull();
  });

  it('are those of the month, where the letter is of a monthly table', async () => {
    const [name, bytes] = [
      'PUBLIC_ARCHIVE#DISPATCH_UNIT_SCADA#FILE01#202609010000.zip',
      Buffer.from('a month'),
    ];
    await land(name, bytes);
    expect(
      await findLanded(deps, 'nem', { source_file: name, source_sha256: sha256Hex(bytes) }),
    ).toMatchObject({ name, report: 'DISPATCHSCADA' });
  });

  it('are nowhere for a file of another kind', async () => {
    expect(await findLanded(deps, 'nem', { source_file: 'notes.txt', source_sha256: 'x' })).toBeNull();
    expect(await findLanded(deps, 'nem', { source_file: null, source_sha256: null })).toBeNull();
  });
});
