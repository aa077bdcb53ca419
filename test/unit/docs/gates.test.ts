import fs from 'node:fs';
import path from 'node:path';
import { supportedTypes } from '../../../core/gates/catalogue';
import { repositoryRoot } from '../../../settings/repositoryRoot';

describe('docs/gates.md', () => {
  const page = fs.readFileSync(path.join(repositoryRoot(), 'docs', 'gates.md'), 'utf8');
  const listed = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, type]) => type!));

  it('lists the expectation types that run here, and no other', () => {
    expect(listed.sort()).toEqual([...supportedTypes]);
  });
});
