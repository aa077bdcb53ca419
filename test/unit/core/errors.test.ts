import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const root = repositoryRoot();

interface Traits {
  where: string;
  code: string;
  hint: string | undefined;
}

/** Every file that defines errors, found by name so that a new one cannot be left out. */
function errorFiles(): string[] {
  const folders = [
    'core',
    'settings',
    'clients',
    'activities',
    'nessie',
    'trino',
    'pipelines',
    'stack',
    'cli',
  ];
  const files = folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => path.join(folder, file)),
  );
  return files.filter((file) => /errors\.ts$/i.test(file));
}

/** Object literals with a `code`: the traits given to the constructor of CurrentsError. */
function traitsIn(file: string): Traits[] {
  const source = ts.createSourceFile(
    file,
    fs.readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const found: Traits[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const property = (name: string): string | undefined =>
        node.properties.find((item) => item.name?.getText() === name)?.getText();
      const code = /'([A-Z0-9_]+)'/.exec(property('code') ?? '')?.[1];
      if (code && property('kind')) found.push({ where: `${file}: ${code}`, code, hint: property('hint') });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('every error a user can meet', () => {
  const traits = errorFiles().flatMap(traitsIn);

  it('is found', () => expect(traits.length).toBeGreaterThan(25));

  it.each(traits.map((item) => [item.where, item] as const))('%s says what to do', (_, { hint }) => {
    expect(hint ?? 'no hint').toMatch(/^hint(:\s+.{15,}|:\s+[A-Z]\w*\[\w+\]|)$/s);
  });
});
