'use strict';
const { entries } = require('./bin/entries.cjs');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/test/transform.cjs' },
  moduleNameMapper: Object.fromEntries(Object.entries(entries).map(([name, file]) => [`^${name}$`, file])),
  reporters: ['default', '<rootDir>/test/skipped-reporter.cjs'],
  testSequencer: '<rootDir>/test/sequencer.cjs',
  setupFiles: ['<rootDir>/test/support/property-seed.ts'],
  testTimeout: 60_000,
  // One core fewer, as Jest would have it, is half of a small machine.
  maxWorkers: '100%',
};
