import { existsSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { parse as parseYaml } from 'yaml';
import { type CapacityConfig, parseConfig } from '../config';
import { ProblemError } from '../problems';
import { isPipe, pipeRefusal } from './pipe';

const defaultNames = ['foresize.config.ts', 'foresize.config.js', 'foresize.config.json', 'foresize.config.yaml', 'foresize.config.yml'];

/**
 * Finds, reads and checks a config that is written in TypeScript or JavaScript (as the default export), JSON or YAML. It is
 * synchronous, so that an app can call it while it is synthesised.
 *
 * @param path the file, absolute or relative to `directory`; by default the first `foresize.config.*` in `directory`
 * @returns the config with its defaults, and the path of its file
 * @throws ProblemError `config/not-found`, `config/unreadable`, and all problems that `parseConfig` finds in it
 */
export function readConfig(path?: string, directory = process.cwd()): { config: CapacityConfig; path: string } {
  const file = path === undefined ? defaultNames.map((name) => join(directory, name)).find(existsSync) : resolve(directory, path);
  if (file === undefined || !existsSync(file)) {
    throw new ProblemError({
      code: 'config/not-found',
      path: file === undefined ? displayPath(directory) : displayPath(file),
      message: file === undefined ? 'holds no foresize.config.ts' : 'does not exist',
      hint: 'name the config with --config FILE',
    });
  }
  return { config: parseConfig(load(file), displayPath(file)), path: file };
}

/** A path for messages: relative to the working directory if the file lies below it, otherwise as it is given. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') || isAbsolute(short) ? path : short;
}

function load(file: string): unknown {
  if (isPipe(file)) throw new ProblemError({ code: 'config/unreadable', path: displayPath(file), ...pipeRefusal });
  try {
    switch (extname(file)) {
      case '.json':
        return JSON.parse(readFileSync(file, 'utf8'));
      case '.yaml':
      case '.yml':
        return parseYaml(readFileSync(file, 'utf8'));
      default:
        return evaluate(file);
    }
  } catch (error) {
    throw new ProblemError({
      code: 'config/unreadable',
      path: displayPath(file),
      message: `cannot be read: ${(error as Error).message.replace(/\s*\n\s*/g, ' ')}`,
    });
  }
}

/** The module that `import ... from 'foresize'` loads in a config, whether or not the package is installed beside the config. */
const helpers = require.resolve('../config/helpers');

function evaluate(file: string): unknown {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    alias: { foresize: helpers },
    logLevel: 'silent',
  });
  const module = new Module(file) as Module & { _compile(code: string, filename: string): void; paths: string[] };
  module.filename = file;
  module.paths = (Module as unknown as { _nodeModulePaths(from: string): string[] })._nodeModulePaths(dirname(file));
  module._compile(outputFiles[0].text, file);
  const exported = module.exports as { default?: unknown };
  if (exported.default === undefined) throw new Error('it has no default export; write `export default defineCapacity({...})`');
  return exported.default;
}
