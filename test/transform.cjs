'use strict';
const { createHash } = require('node:crypto');
const { transformSync } = require('esbuild');

const options = { loader: 'ts', format: 'cjs', target: 'node20', sourcemap: 'inline' };
module.exports = {
  getCacheKey: (source, file) => createHash('sha256').update(source).update(file).update(JSON.stringify(options)).digest('hex'),
  process: (source, sourcefile) => ({ code: transformSync(source, { ...options, sourcefile }).code }),
};
