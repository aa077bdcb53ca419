import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { desiredSchedules } from '../../../core/schedules';
import { Attributes } from '../../../core/searchAttributes';
import { pipelineNamed, pipelineNames } from '../../../pipelines/registry';

const read = (file: string): string => fs.readFileSync(path.join(repositoryRoot(), file), 'utf8');

describe('docs/workflows.md', () => {
  const page = read('docs/workflows.md');

  it.each([
    ['workflow', [...read('workflows/index.ts').matchAll(/export \{ (\w+) \}/g)].map(([, name]) => name!)],
    [
      'message',
      [...read('workflows/messages.ts').matchAll(/define(?:Query|Signal|Update)<.*>\('(\w+)'\)/g)].map(
        ([, name]) => name!,
      ),
    ],
    ['schedule', desiredSchedules(pipelineNames().map(pipelineNamed)).map(({ scheduleId }) => scheduleId)],
    ['search attribute', Object.values(Attributes).map(({ name }) => name)],
  ])('names every %s', (_, names) => {
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });

  it('gives inputs that are JSON', () => {
    const inputs = [...page.matchAll(/--input '([^']+)'/g)].map(([, input]) => input!);
    expect(inputs.length).toBeGreaterThan(10);
    for (const input of inputs) expect(() => JSON.parse(input) as unknown).not.toThrow();
  });
});
