'use strict';
const { relative, sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Where the long files are, in the order in which they begin. A clean clone knows no durations, and would leave some of the longest,
 * which are of few lines, to the end, when the other cores have nothing left to do.
 */
const first = [
  // It packs the package, which the others of its folder would wait for.
  'package/apps',
  'terraform',
  'package',
  'cli/real-clis',
  'browser',
  'kubernetes',
  'cli',
  'project',
  'adapters/workers',
];

module.exports = class LongFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};

function rank({ path, context }) {
  const name = relative(context.config.rootDir, path).split(sep).join('/');
  const place = first.findIndex((start) => name.startsWith(`test/${start}`));
  return place < 0 ? first.length : place;
}
