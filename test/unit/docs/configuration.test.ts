import fs from 'node:fs';
import path from 'node:path';
import { environmentSchema } from '../../../core/config';
import { repositoryRoot } from '../../../core/repositoryRoot';
import { generatedDocs } from '../../../stack/generateDocs';

describe('the documents made from the settings', () => {
  const generated = Object.entries(generatedDocs());

  it.each(generated)('%s is up to date (mend it with: make docs)', (file, text) => {
    expect(fs.readFileSync(path.join(repositoryRoot(), file), 'utf8')).toBe(text);
  });

  it.each(generated)('%s names every setting', (_, text) => {
    for (const name of Object.keys(environmentSchema.shape)) expect(text).toContain(name);
  });

  it.each(Object.entries(environmentSchema.shape))('%s says what it is for', (_, schema) => {
    expect(schema.description ?? '').toMatch(/.{8,}/);
  });
});
