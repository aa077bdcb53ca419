#!/usr/bin/env node
'use strict';
const fs = require('node:fs');
const path = require('node:path');

// The AWS SDK warns of Node versions it will drop; package.json pins one that runs on ours.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

if (fs.existsSync(path.join(__dirname, '..', 'dist', 'cli', 'main.js'))) {
  require('../dist/cli/main.js');
} else {
  process.stderr.write('NOT_BUILT  currents: expected the compiled program in dist/, found none\n  Run: make setup\n');
  process.exitCode = 2;
}
