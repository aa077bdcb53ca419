'use strict';
const { default: Sequencer } = require('@jest/test-sequencer');

/** Backup and upkeep work on the whole lake: they come after the first rows, while it is small. */
const WHOLE_LAKE = /pipeline(Backup|Care)\.test/;

/** Files run in the order of their paths: the integration tests share a lake, and the ones that break it come last. */
module.exports = class ByPath extends Sequencer {
  sort(tests) {
    const key = ({ path }) => path.replace(WHOLE_LAKE, 'pipeline.then$1');
    return [...tests].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }
};
