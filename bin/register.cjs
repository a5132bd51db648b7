'use strict';
// Lets Node run the TypeScript of this repository as it stands, without a build step: `node -r ./bin/register.cjs FILE.ts`.
// Types are stripped by esbuild and checked apart, by `npm run check`. Installed packages run compiled JavaScript instead.
const { readFileSync } = require('node:fs');
const { transformSync } = require('esbuild');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    loader: 'ts',
    format: 'cjs',
    target: 'node20',
    sourcefile: filename,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  module._compile(code, filename);
};
process.setSourceMapsEnabled(true);
