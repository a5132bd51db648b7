'use strict';
const { createHash } = require('node:crypto');
const { transformSync } = require('esbuild');

// Within a test's context each look at a global costs some hundred times one at a variable: replays took ten times as long as outside.
const banner = 'const { Array, Float64Array, Infinity, Int32Array, Map, Math, NaN, Number, Object, Set, Uint8Array } = globalThis;';
const options = { loader: 'ts', format: 'cjs', target: 'node20', sourcemap: 'inline', banner };
module.exports = {
  getCacheKey: (source, file) => createHash('sha256').update(source).update(file).update(JSON.stringify(options)).digest('hex'),
  process: (source, sourcefile) => ({ code: transformSync(source, { ...options, sourcefile }).code }),
};
