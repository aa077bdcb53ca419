#!/usr/bin/env node
'use strict';
// The AWS SDK warns of Node versions it will drop; package.json pins one that runs on ours.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('../dist/cli/main.js');
