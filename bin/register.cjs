'use strict';
// Lets Node run the TypeScript of this repository as it stands, without a build step: `node -r ./bin/register.cjs FILE.ts`.
// Types are stripped by esbuild and checked apart, by `npm run check`. Installed packages run compiled JavaScript instead.
// What was stripped once is kept in node_modules/.cache by the digest of its source, so that a later start need not wait.
const { createHash } = require('node:crypto');
const Module = require('node:module');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { threadId } = require('node:worker_threads');
const { version } = require('esbuild/package.json');

const options = { loader: 'ts', format: 'cjs', target: 'node20', sourcemap: 'inline', sourcesContent: false };
const cache = join(__dirname, '../node_modules/.cache/foresize');

function stripped(filename) {
  const source = readFileSync(filename, 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([version, options, filename, source]))
    .digest('hex');
  const kept = join(cache, `${key}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = require('esbuild').transformSync(source, { ...options, sourcefile: filename });
    keep(kept, code);
    return code;
  }
}

// A cache that cannot be written is none: the next start strips again.
function keep(path, code) {
  const temporary = `${path}.${process.pid}.${threadId}`;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(temporary, code);
    renameSync(temporary, path);
  } catch {
    return;
  }
}

// In a clone the package's own name leads to its sources, as in an installed package to `dist`.
const { entries } = require('./entries.cjs');
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => (Object.hasOwn(entries, request) ? entries[request] : resolveFilename(request, ...rest));

require.extensions['.ts'] = (module, filename) => module._compile(stripped(filename), filename);
process.setSourceMapsEnabled(true);
