import fs from 'node:fs';
import path from 'node:path';
import { opsTable } from '../../../core/opsTables';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { pipelineNamed, pipelineNames } from '../../../pipelines/registry';

describe('docs/tables.md', () => {
  const page = fs.readFileSync(path.join(repositoryRoot(), 'docs', 'tables.md'), 'utf8');
  const pipelines = pipelineNames().map(pipelineNamed);
  const tables = pipelines.flatMap(({ name, outputs }) => [...outputs, opsTable(name, 'dead_letter_events')]);

  it('names every table that a pipeline writes, and no other', () => {
    const named = [...page.matchAll(/`((?:nem|nem_gold|nem_ops)\.\w+)`/g)].map(([, name]) => name!);
    expect([...new Set(named)].sort()).toEqual([...tables].sort());
  });

  it('names every topic', () => {
    const topics = pipelines.flatMap(({ topics: taken, notifications }) => [...taken, ...notifications]);
    expect(topics.filter((topic) => !page.includes(`\`${topic}\``))).toEqual([]);
  });
});
