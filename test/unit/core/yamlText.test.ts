import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readYaml } from '../../../core/contract/yamlText';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const folder = path.join(repositoryRoot(), 'pipelines', 'nem', 'contracts');
const contracts = fs.readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('a YAML text', () => {
  it.each(contracts)('%s has the value that another reader finds', (name) => {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    expect(readYaml(text)).toEqual({ value: parse(text) });
  });

  it('has numbers and booleans of YAML 1.2, and no times', () => {
    const value = { a: 0, b: -1.5, c: true, d: null, e: '2026-11-20', f: 'yes', g: 'PT1H' };
    expect(readYaml('a: 0\nb: -1.5\nc: true\nd: null\ne: 2026-11-20\nf: yes\ng: PT1H\n')).toEqual({ value });
  });

  it('with several faults has all of them told', () => {
    expect(readYaml('a: 1\na: 2\nb: [1, 2\nc: }\n')).toEqual({
      problems: [
        expect.stringContaining('keys must be unique'),
        expect.stringContaining('end with a ]'),
        expect.stringContaining('Unexpected flow-map-end'),
      ],
    });
  });

  it('that is empty is null', () => {
    expect(readYaml('')).toEqual({ value: null });
  });
});
