import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import type * as esbuild from 'esbuild';
import type * as yaml from 'yaml';
import { type CapacityConfig, parseConfig } from '../config';
import { ProblemError } from '../problems';
import { readManifests } from './manifests';
import { isPipe, pipeRefusal } from './pipe';
import { withProfiles } from './profiles';

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
  const raw = withProfiles(load(file), dirname(file), displayPath(file));
  return { config: parseConfig(raw, displayPath(file), readManifests(raw, dirname(file), displayPath(file))), path: file };
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
        return (requireHere('yaml') as typeof yaml).parse(readFileSync(file, 'utf8'));
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

function evaluate(file: string): unknown {
  const { buildSync } = requireHere('esbuild') as typeof esbuild;
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
  });
  const module: { exports: { readonly default?: unknown } } = { exports: {} };
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];
  const run = compileFunction(outputFiles[0].text, parameters, { filename: file }) as (...values: unknown[]) => void;
  run(module.exports, requireIn(file), module, file, dirname(file));
  if (module.exports.default === undefined) throw new Error('it has no default export; write `export default defineCapacity({...})`');
  return module.exports.default;
}

/** Of this file. What only one kind of config needs is loaded with it, so that a program without a config starts quickly. */
const requireHere = createRequire(__filename);

/** What a config imports: `foresize` is the one that runs, by its front door, whether or not it is installed beside the config. */
function requireIn(file: string): (name: string) => unknown {
  const requireBeside = createRequire(file);
  return (name) => (name === 'foresize' ? (requireHere('../index') as unknown) : (requireBeside(name) as unknown));
}
