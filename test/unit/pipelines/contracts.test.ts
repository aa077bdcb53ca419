import Ajv2019 from 'ajv/dist/2019';
import addFormats from 'ajv-formats';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { contractsIn, silverContractsIn } from '../../../pipelines/contractFiles';
import { repositoryRoot } from '../../../settings/repositoryRoot';

/** The standard's JSON Schema, in a Python package that `make setup` installs with the lint tools. */
function odcsSchema(): object {
  const libraries = path.join(repositoryRoot(), '.stack', 'lint', 'lib');
  const [python] = fs.readdirSync(libraries);
  const packages = path.join(libraries, python!, 'site-packages');
  const schema = path.join(packages, 'open_data_contract_standard', 'schema.json');
  return JSON.parse(fs.readFileSync(schema, 'utf8')) as object;
}

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
    .readdirSync(path.join(repositoryRoot(), folder, 'contracts'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => path.join(folder, 'contracts', name)),
);

describe('the contracts of every pipeline', () => {
  it('are found: one file for each stream, and for each silver table', () => {
    expect(FOLDERS).toEqual(['pipelines/iot', 'pipelines/nem', 'test/pipelines/toy']);
    const contracts = FOLDERS.flatMap((folder) => contractsIn(path.join(repositoryRoot(), folder)));
    const silver = FOLDERS.flatMap((folder) => silverContractsIn(path.join(repositoryRoot(), folder)));
    expect(contracts.length + silver.length).toBe(FILES.length);
    expect(silver.map(({ table }) => table)).toEqual(expect.arrayContaining(['nem.silver_region_clean']));
  });

  it.each(FILES)('%s is valid by the standard', (file) => {
    const ajv = new Ajv2019({ allErrors: true, strict: false });
    addFormats(ajv);
    const validate = ajv.compile(odcsSchema());
    const contract = parse(fs.readFileSync(path.join(repositoryRoot(), file), 'utf8')) as object;
    validate(contract);
    expect(validate.errors).toBeNull();
    expect(validate({ ...contract, status: undefined, color: 'red' })).toBe(false);
  });
});
