import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { reportsOf, trialsPage } from '../../chaos/report';
import { readPage } from './pages';

describe('docs/trials.md', () => {
  it('is what the results on record give (write it with: node dist/test/chaos/report.js)', () => {
    const results = path.join(repositoryRoot(), 'test', 'chaos', 'results');
    expect(readPage('docs/trials.md')).toBe(trialsPage(reportsOf(results)));
  });
});
