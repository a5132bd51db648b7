'use strict';
// What a user imports, by name, with the source of it: `foresize/aws` is compiled from `constructs/aws/index.ts`. In a clone the names
// lead to these sources, as in an installed package to what `package.json` exports. What only the build makes has no source.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { exports: published } = require('../package.json');

const isCode = ([, target]) => typeof target === 'object';
const entryOf = ([path, { default: file }]) => [
  path.replace(/^\./, 'foresize'),
  join(__dirname, '..', file.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts')),
];

exports.entries = Object.fromEntries(
  Object.entries(published)
    .filter(isCode)
    .map(entryOf)
    .filter(([, file]) => existsSync(file)),
);
