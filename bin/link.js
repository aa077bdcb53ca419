#!/usr/bin/env node
/**
 * Links this repository's own command into node_modules/.bin, so that `npx currents` finds it.
 * npm links the commands of dependencies only, and without the link npx would ask the registry
 * for a package of that name.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const binFolder = path.join(__dirname, '..', 'node_modules', '.bin');
const link = path.join(binFolder, 'currents');
fs.mkdirSync(binFolder, { recursive: true });
fs.rmSync(link, { force: true });
fs.symlinkSync(path.join('..', '..', 'bin', 'currents.js'), link);
