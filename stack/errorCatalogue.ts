import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../settings/repositoryRoot';

/** One error class as its source states it. A text that depends on the case has several hints. */
export interface ErrorEntry {
  code: string;
  kind: string;
  /** `depends` if the class decides by its arguments. */
  retryable: 'yes' | 'no' | 'depends';
  meaning: string;
  hints: string[];
}

const FOLDERS = [
  'core',
  'settings',
  'clients',
  'activities',
  'workflows',
  'nessie',
  'trino',
  'pipelines',
  'stack',
  'cli',
];

/** Every error class of the repository by its code, read from the source: the only place that states them. */
export function errorCatalogue(): ErrorEntry[] {
  const entries = [
    ...FOLDERS.flatMap((folder) => filesUnder(folder, /errors\.ts$/i)).flatMap(typescriptEntries),
    ...filesUnder(path.join('spark', 'currents_spark'), /(^|\/)errors\.py$/).flatMap(pythonEntries),
  ];
  const byCode = new Map<string, ErrorEntry>();
  for (const entry of entries) if (!byCode.has(entry.code)) byCode.set(entry.code, entry);
  return [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

function filesUnder(folder: string, pattern: RegExp): string[] {
  return fs
    .readdirSync(path.join(repositoryRoot(), folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .sort()
    .map((file) => path.join(folder, file));
}

function typescriptEntries(file: string): ErrorEntry[] {
  const source = ts.createSourceFile(file, readSource(file), ts.ScriptTarget.ES2022, true);
  return source.statements.filter(ts.isClassDeclaration).flatMap((declaration) => {
    const traits = traitsOf(declaration);
    return traits ? [entryOf(declaration, traits, source)] : [];
  });
}

/** The object in a class that has a code and a kind, written in the call of its base class. */
function traitsOf(node: ts.Node): Map<string, ts.Expression> | undefined {
  if (ts.isObjectLiteralExpression(node)) {
    const traits = new Map<string, ts.Expression>();
    for (const property of node.properties) {
      if (ts.isPropertyAssignment(property)) traits.set(property.name.getText(), property.initializer);
      if (ts.isShorthandPropertyAssignment(property)) traits.set(property.name.text, property.name);
    }
    if (traits.has('code') && traits.has('kind')) return traits;
  }
  return ts.forEachChild(node, traitsOf);
}

function entryOf(
  declaration: ts.ClassDeclaration,
  traits: Map<string, ts.Expression>,
  source: ts.SourceFile,
): ErrorEntry {
  const [code, kind] = ['code', 'kind'].map((name) => textsOf(traits.get(name)!, source)[0] ?? '');
  const retryable = traits.get('retryable')?.kind;
  return {
    code: code!,
    kind: kind!,
    retryable:
      retryable === ts.SyntaxKind.TrueKeyword
        ? 'yes'
        : retryable === ts.SyntaxKind.FalseKeyword
          ? 'no'
          : 'depends',
    meaning: commentOf(declaration),
    hints: traits.has('hint') ? textsOf(traits.get('hint')!, source) : [],
  };
}

/** By hand: TypeScript's own reader of comments ends at an `@`, as of `@name`. */
function commentOf(declaration: ts.ClassDeclaration): string {
  const leading = declaration.getFullText().slice(0, declaration.getLeadingTriviaWidth());
  const text = leading.slice(leading.lastIndexOf('/**') + 3, leading.lastIndexOf('*/'));
  return oneLine(text.replace(/^ *\* ?/gm, ''));
}

/** Every text that an expression can give: literals, both sides of a choice, a table, returned values. */
function textsOf(node: ts.Node, source: ts.SourceFile): string[] {
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression, source);
  if (ts.isStringLiteralLike(node)) return [oneLine(node.text)];
  if (ts.isTemplateExpression(node)) return [templateText(node)];
  if (ts.isConditionalExpression(node))
    return [node.whenTrue, node.whenFalse].flatMap((side) => textsOf(side, source));
  if (ts.isBinaryExpression(node))
    return [[node.left, node.right].flatMap((side) => textsOf(side, source)).join(' ')];
  if (ts.isElementAccessExpression(node) || ts.isCallExpression(node))
    return declaredTexts(node.expression.getText(), source);
  return [];
}

function declaredTexts(name: string, source: ts.SourceFile): string[] {
  const texts: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) || ts.isReturnStatement(node)) {
      const value = ts.isReturnStatement(node) ? node.expression : node.initializer;
      if (value) texts.push(...textsOf(value, source));
    } else ts.forEachChild(node, collect);
  };
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) collect(statement);
    if (ts.isVariableStatement(statement))
      for (const variable of statement.declarationList.declarations)
        if (variable.name.getText() === name) collect(variable);
  }
  return texts;
}

/** A value put into a text stands as `<its name>`. */
function templateText({ head, templateSpans }: ts.TemplateExpression): string {
  const spans = templateSpans.map(({ expression, literal }) => `<${nameOf(expression)}>${literal.text}`);
  return oneLine([head.text, ...spans].join(''));
}

function nameOf(expression: ts.Expression): string {
  const names = expression.getText().match(/[A-Za-z_]\w*/g) ?? ['value'];
  return names[0]!.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

/** Spark's classes state the same as attributes; the docstring is the meaning. */
function pythonEntries(file: string): ErrorEntry[] {
  return readSource(file)
    .split(/^class /m)
    .slice(1)
    .flatMap((body) => {
      const attribute = (name: string): string | undefined => pythonText(body, name);
      const [code, kind] = [attribute('code'), attribute('kind')];
      if (code === undefined || kind === undefined) return [];
      const meaning = oneLine(/"""([\s\S]*?)"""/.exec(body)?.[1] ?? '');
      const isRetried = /^ {4}retryable = True$/m.test(body);
      const hint = attribute('hint');
      return [
        { code, kind, retryable: isRetried ? 'yes' : 'no', meaning, hints: hint === undefined ? [] : [hint] },
      ];
    });
}

/** A string attribute, also one that is written as several literals in parentheses. */
function pythonText(body: string, name: string): string | undefined {
  const value = new RegExp(`^ {4}${name} = \\(?((?:\\s*"(?:[^"\\\\]|\\\\.)*")+)`, 'm').exec(body)?.[1];
  const pieces = value?.match(/"(?:[^"\\]|\\.)*"/g);
  return pieces?.map((piece) => JSON.parse(piece) as string).join('');
}

function readSource(file: string): string {
  return fs.readFileSync(path.join(repositoryRoot(), file), 'utf8');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
