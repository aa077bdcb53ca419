import fs from 'node:fs';
import path from 'node:path';
import { environmentSchema } from '../../../settings/config';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { generatedDocs, settingsDocs } from '../../../stack/generateDocs';

describe('the generated documents', () => {
  const generated = Object.entries(generatedDocs());

  it.each(generated)('%s is up to date (write it with: make docs)', (file, text) => {
    expect(fs.readFileSync(path.join(repositoryRoot(), file), 'utf8')).toBe(text);
  });

  it.each(Object.entries(settingsDocs()))('%s names every setting', (_, text) => {
    for (const name of Object.keys(environmentSchema.shape)) expect(text).toContain(name);
  });

  it('says in words what a setting takes', () => {
    const accepted = [
      ...generatedDocs()['docs/configuration.md']!.matchAll(/^\| `\w+` \|.*\| (.*) \|$/gm),
    ].map(([, cell]) => cell!);
    expect(accepted).toHaveLength(Object.keys(environmentSchema.shape).length);
    expect(
      accepted.filter(
        (cell) =>
          !/^(address|text|text of .*|(whole )?number, (above )?\d+( to \d+| or more)?|\w+(, [\w:]+)+)$/.test(
            cell,
          ),
      ),
    ).toEqual([]);
    expect(accepted).toContain('number, 0 or more');
    expect(generatedDocs()['docs/configuration.md']).toMatch(/`S3_FORCE_PATH_STYLE` .* true, false \|/);
  });

  it.each(Object.entries(environmentSchema.shape))('%s says what it is for', (_, schema) => {
    expect(schema.description ?? '').toMatch(/.{8,}/);
  });
});
