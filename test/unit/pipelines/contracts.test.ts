import Ajv2019 from 'ajv/dist/2019';
import addFormats from 'ajv-formats';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { contractsIn } from '../../../pipelines/contractFiles';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { SHARED_DATA } from '../../realData';

const SCHEMA = path.join(SHARED_DATA, 'schemas', 'odcs', 'odcs-json-schema-v3.1.0.json');
const isThere = fs.existsSync(SCHEMA);
if (!isThere) process.stderr.write(`skipped: no schema of ODCS in ${SCHEMA} (set CURRENTS_DATA)\n`);

const FOLDERS = ['pipelines', path.join('test', 'pipelines')]
  .flatMap((root) =>
    fs
      .readdirSync(path.join(repositoryRoot(), root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(root, name)),
  )
  .filter((folder) => fs.existsSync(path.join(repositoryRoot(), folder, 'contracts')));
const FILES = FOLDERS.flatMap((folder) =>
  fs
    .readdirSync(path.join(repositoryRoot(), folder, 'contracts'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => path.join(folder, 'contracts', name)),
);

describe('the contracts of every pipeline', () => {
  it('are found: one file for each stream', () => {
    expect(FOLDERS).toEqual(['pipelines/nem', 'test/pipelines/toy']);
    const contracts = FOLDERS.flatMap((folder) => contractsIn(path.join(repositoryRoot(), folder)));
    expect(contracts).toHaveLength(FILES.length);
  });

  (isThere ? it : it.skip).each(FILES)('%s is valid by the standard', (file) => {
    const ajv = new Ajv2019({ allErrors: true, strict: false });
    addFormats(ajv);
    const validate = ajv.compile(JSON.parse(fs.readFileSync(SCHEMA, 'utf8')) as object);
    const contract = parse(fs.readFileSync(path.join(repositoryRoot(), file), 'utf8')) as object;
    validate(contract);
    expect(validate.errors).toBeNull();
    expect(validate({ ...contract, status: undefined, color: 'red' })).toBe(false);
  });
});
