import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const ROOT = repositoryRoot();

/** Files by path, each with the files of ours that it imports, `import type` and `import()` included. */
type Imports = ReadonlyMap<string, readonly string[]>;

describe('imports between files of the repository', () => {
  const imports = readImports();

  it('are found, also those of types only', () => {
    expect(imports.size).toBeGreaterThan(300);
    expect(imports.get('activities/gold/buildGold.ts')).toContain('core/steps.ts');
  });

  // ESLint's `no-cycle` leaves out imports of types; two files that need each other's types are one, too.
  it('make no cycle', () => {
    expect(cyclesIn(imports)).toEqual([]);
  });

  it.each<[string, [string, string[]][], string[][]]>([
    [
      'two files',
      [
        ['a', ['b']],
        ['b', ['a']],
      ],
      [['a', 'b']],
    ],
    [
      'a longer way',
      [
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ],
      [['b', 'c']],
    ],
    [
      'none',
      [
        ['a', ['b', 'c']],
        ['b', ['c']],
        ['c', []],
      ],
      [],
    ],
  ])('are told from trees: %s', (_, files, cycles) => {
    expect(cyclesIn(new Map(files))).toEqual(cycles);
  });
});

function readImports(): Imports {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const names = files.split('\n').filter((file) => file !== '' && existsSync(join(ROOT, file)));
  return new Map(names.map((file) => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(ROOT, file), 'utf8'), true, true);
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.')) return [];
    const target = normalize(join(dirname(file), fileName));
    const candidates = [`${target}.ts`, `${target}/index.ts`, target];
    return candidates.filter((path) => path.endsWith('.ts') && existsSync(join(ROOT, path)));
  });
}

/** The files of each cycle: Tarjan's strongly connected components of more than one file. */
function cyclesIn(imports: Imports): string[][] {
  const [order, low] = [new Map<string, number>(), new Map<string, number>()];
  const [path, cycles]: [string[], string[][]] = [[], []];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.get(file)!);
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (path.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!));
    }
    if (low.get(file) !== order.get(file)) return;
    const component = path.splice(path.indexOf(file));
    if (component.length > 1) cycles.push(component.sort());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return cycles.sort();
}
