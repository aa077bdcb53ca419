// As bin/currents.js: the AWS SDK warns on Node 20 from a version on that is not used yet.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** ESM-only packages must pass through the transform: Jest on Node 20 cannot require() them untransformed. */
const shared = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/warnings/environment.js',
  transform: { '\\.m?[tj]sx?$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  transformIgnorePatterns: ['/node_modules/(?!(read-excel-file)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.stack/', '<rootDir>/.currents/'],
};

/** For projects whose workers run the workflow code. */
const bundled = {
  ...shared,
  globalSetup: '<rootDir>/test/workflow/support/globalSetup.ts',
  globalTeardown: '<rootDir>/test/workflow/support/globalTeardown.ts',
};

module.exports = {
  testSequencer: '<rootDir>/test/inOrder.js',
  // Ends a test that hangs, and proves nothing: under load tests of 0.4 s once took longer than the usual 5 s.
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    { ...bundled, displayName: 'workflow', testMatch: ['<rootDir>/test/workflow/**/*.test.ts', '<rootDir>/test/replay/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/integration/support/globalSetup.ts',
      globalTeardown: '<rootDir>/test/integration/support/globalTeardown.ts',
    },
    {
      ...shared,
      displayName: 'stacks',
      testMatch: ['<rootDir>/test/stacks/**/*.test.ts'],
      globalSetup: '<rootDir>/test/stacks/support/globalSetup.ts',
    },
    // No tests: `make histories` writes what the replay tests read.
    { ...bundled, displayName: 'record', testMatch: ['<rootDir>/test/replay/recordHistories.ts'] },
    { ...shared, displayName: 'chaos', testMatch: ['<rootDir>/test/chaos/**/*.test.ts'] },
  ],
};
