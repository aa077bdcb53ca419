'use strict';
const { default: Sequencer } = require('@jest/test-sequencer');

/** Files run in the order of their paths: the integration tests share a lake, and the ones that break it come last. */
module.exports = class ByPath extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
};
