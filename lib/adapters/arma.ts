import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ArimaOrder, ArmaFitter } from '../forecast';

/**
 * ARIMA, seasonal or not, through the `arima` package (a WebAssembly build of a C library), each of its known traps closed:
 *
 * - the series is copied to a 64 KiB stack: at most the last 500 values are fitted;
 * - a missing or infinite value yields nonsense without a word: such a series is refused;
 * - its tolerances are absolute, and its optimizer can turn the last digit of a value into the third of the path: the series is
 *   brought to mean 0 and variance 1 and to a grid of 2^-24, so that the same load in another unit gives the same fit;
 * - the default optimizer explodes silently: optimizer 5 (BFGS) and method 0 (exact likelihood), which still does so in one fit out of
 *   fifty. No status comes back, so a path that is not finite or leaves three times the range of the series is put down as exploded,
 *   and the fit is tried once more on the later two thirds, then on the later half;
 * - the C code prints, and exits the process: both are cut off;
 * - a failed call poisons every later one: each fit gets an instance of its own (under 1 ms), so that no fit can see another.
 *
 * It may still hang, and it blocks its thread: call it in a worker.
 */
export const fitArma: ArmaFitter = (values, order, steps) => {
  const recent = values.subarray(Math.max(0, values.length - longestFit));
  if (!recent.every(Number.isFinite)) throw new Error('the series holds a value that is not finite');
  for (const share of recent.length < fewestRetried ? [1] : [1, 2 / 3, 1 / 2]) {
    const path = attempt(recent.subarray(Math.floor((1 - share) * recent.length)), order, steps);
    if (path !== null) return path;
  }
  throw new Error('the fit exploded');
};

const longestFit = 500;

/** The package wants ten values, also of the later half. */
const fewestRetried = 20;

/** `null` when the fit exploded. */
function attempt(values: Float64Array, { p, d = 0, q, seasonal }: ArimaOrder, steps: number): Float64Array | null {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
  if (deviation === 0) return new Float64Array(steps).fill(mean);
  const standard = Array.from(values, (value) => Math.round(((value - mean) / deviation) * grid) / grid);
  const model = new (freshPackage())({ p, d, q, ...seasonalPart(seasonal), method: 0, optimizer: 5, verbose: false });
  const [path] = model.train(standard).predict(Math.min(steps, furthest));
  const limit = sanity * standard.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  if (!path.every((value) => Math.abs(value) <= limit)) return null;
  return Float64Array.from({ length: steps }, (_, step) => path[Math.min(step, furthest - 1)] * deviation + mean);
}

function seasonalPart(seasonal: ArimaOrder['seasonal']): Readonly<Record<string, number>> {
  return seasonal === undefined ? {} : { P: seasonal.p, D: seasonal.d, Q: seasonal.q, s: seasonal.steps };
}

const grid = 2 ** 24;

/** Steps after which the path has long come to rest; from there on it stays where it is. */
const furthest = 336;

/** Multiple of the largest value, after centring, that a path may reach. */
const sanity = 3;

type Arima = new (options: Readonly<Record<string, number | boolean>>) => {
  train(values: number[]): { predict(steps: number): [number[], number[]] };
};

/** The package on a new WebAssembly instance, silent, with a memory of its own. */
function freshPackage(): Arima {
  const ignore = () => undefined;
  const quit = (_status: number, cause: Error) => {
    throw cause;
  };
  const instantiateWasm = (imports: object, receive: (instance: object) => object) => receive(new Instance(parts.program, imports));
  return parts.onInstance(parts.instantiate({ instantiateWasm, print: ignore, printErr: ignore, quit }));
}

/** Known to Node, but not to its types. */
const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;

type Wasm = {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (program: object, imports: object) => object;
};

const parts = loadParts();

/** What the package's own entry joins into its one shared instance. The program is compiled once: what it is has no state. */
function loadParts() {
  const load = createRequire(__filename);
  const folder = dirname(load.resolve('arima'));
  return {
    program: new Module(readFileSync(join(folder, 'wasm/native.wasm'))),
    instantiate: load(join(folder, 'wasm/native-sync.js')) as (options: object) => object,
    onInstance: load(join(folder, 'load.js')) as (instance: object) => Arima,
  };
}
