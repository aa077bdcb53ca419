import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { builtinModules } from 'node:module';

const nodeModules = builtinModules.flatMap((name) => [name, `node:${name}`]);

/** Folders a folder may not import from, with the reason beside the rule. */
function mayNotImport(folders, message, extra = {}) {
  return {
    'no-restricted-imports': [
      'error',
      {
        ...extra,
        patterns: [{ group: folders.flatMap((folder) => [`**/${folder}`, `**/${folder}/**`]), message }],
      },
    ],
  };
}

/** Messages to workflows by their definitions: a name in quotes is checked by nothing. */
const MESSAGE_BY_NAME = {
  selector: [
    "CallExpression[callee.property.name=/^(signal|executeUpdate|startUpdate|executeUpdateWithStart|startUpdateWithStart|signalWithStart)$/][arguments.0.type='Literal']",
    "CallExpression[callee.property.name='query'][callee.object.name=/[hH]andle$|^lane$|^pool$/][arguments.0.type='Literal']",
    "CallExpression[callee.property.name='query'][callee.object.callee.property.name='getHandle'][arguments.0.type='Literal']",
    "CallExpression[callee.name='setHandler'][arguments.0.type='Literal']",
  ].join(', '),
  message: 'Name a message by its definition of workflows/messages.ts.',
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.stack/**', '.currents/**', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver': { node: { extensions: ['.ts', '.js', '.json'] } },
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Cycles of imports, those of types included, are found by test/unit/code/importCycles.test.ts.
      'import-x/no-default-export': 'error',
      'no-restricted-syntax': ['error', MESSAGE_BY_NAME],
      // Prettier keeps code at 110 and breaks no string; what it leaves may be a little wider.
      'max-len': ['error', { code: 120, comments: 110, ignoreRegExpLiterals: true, ignoreUrls: true }],
      'max-lines': ['error', { max: 400, skipComments: true }],
    },
  },
  {
    files: ['core/**/*.ts'],
    rules: mayNotImport(
      [
        'settings',
        'clients',
        'workflows',
        'activities',
        'workers',
        'cli',
        'pipelines',
        'nessie',
        'trino',
        'stack',
        'bench',
      ],
      'core is imported by all and imports nothing of ours.',
    ),
  },
  {
    files: ['settings/**/*.ts'],
    rules: mayNotImport(
      ['clients', 'workflows', 'activities', 'workers', 'cli', 'nessie', 'trino', 'stack', 'bench'],
      'settings is read by all; it imports core and the settings of pipelines only.',
    ),
  },
  {
    files: ['clients/**/*.ts'],
    rules: mayNotImport(
      ['workflows', 'activities', 'workers', 'cli', 'pipelines', 'bench'],
      'Clients know no pipeline and no step of a workflow.',
    ),
  },
  {
    files: ['pipelines/**/*.ts'],
    rules: mayNotImport(
      ['workflows', 'activities', 'workers', 'cli', 'stack', 'bench'],
      'A pipeline uses core, settings and clients.',
    ),
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: nodeModules.map((name) => ({
            name,
            message: 'Workflow code runs in a sandbox: do I/O in an activity.',
          })),
          patterns: [
            {
              group: ['**/workers/**', '**/cli/**', '**/nessie/**', '**/trino/**', '**/stack/**'],
              message: 'Workflows import core, pipeline definitions and activity types only.',
            },
            {
              group: ['**/settings/**'],
              message: 'Configuration reaches a workflow through its input or an activity.',
            },
          ],
        },
      ],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/activities', '**/activities/**'],
              message: 'Only activity types: import type.',
              allowTypeImports: true,
            },
          ],
        },
      ],
    },
  },
  {
    files: ['activities/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['workers', 'cli'].flatMap((folder) => [`**/${folder}`, `**/${folder}/**`]),
              message: 'Nobody imports the composition roots.',
            },
            {
              group: ['**/workflows/*', '!**/workflows/messages'],
              message: 'A workflow imports the types of activities; activities know its messages only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['nessie/**/*.ts', 'trino/**/*.ts', 'stack/**/*.ts'],
    rules: mayNotImport(['workers', 'cli'], 'Nobody imports the composition roots.'),
  },
  {
    files: ['cli/**/*.ts', 'activities/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/workflows/*', '!**/workflows/messages'],
              message: 'Workflow code runs in a sandbox: import types and messages only.',
              allowTypeImports: true,
            },
          ],
        },
      ],
    },
  },
  { files: ['test/*/support/global*.ts'], rules: { 'import-x/no-default-export': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
