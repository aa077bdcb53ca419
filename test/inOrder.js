'use strict';
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Backup and upkeep work on the whole lake: they come after the first rows, while it is small. */
const WHOLE_LAKE = /pipeline(Backup|Care)\.test/;

/**
 * Files of unit and workflow tests that took longer than 8 s, the longest first. One that begins last works
 * alone, while the other processes have nothing left: 50 s of the unit tests.
 */
const LONGEST = [
  'staged/realMonths',
  'nem/realMonths',
  'nem/reportReading',
  'workflow/longHistories',
  'workflow/workerVersions',
  'workflow/backfillRange',
  'workflow/backfillCurrent',
  'workflow/fingerprints',
  'workflow/refineBatch',
  'stack/freeze',
  'staged/realEquality',
  'staged/equality',
  'nem/listingRequests',
  'http/sharedPace',
  'bulk/stageLanding',
  'bulk/staging',
].map((name) => path.join(...name.split('/')));

/**
 * The longest files first, the others by their paths: the integration tests share a lake, and the ones that
 * break it come last.
 */
module.exports = class InOrder extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a.path) - rank(b.path) || (key(a.path) < key(b.path) ? -1 : 1));
  }
};

function rank(file) {
  const found = LONGEST.findIndex((name) => file.endsWith(`${name}.test.ts`));
  return found < 0 ? LONGEST.length : found;
}

function key(file) {
  return file.replace(WHOLE_LAKE, 'pipeline.then$1');
}
