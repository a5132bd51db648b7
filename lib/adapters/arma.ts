import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ArimaOrder, ArmaFitter } from '../forecast';

/**
 * Fits an ARIMA or seasonal ARIMA model to a series and forecasts it, through the `arima` package (a C library compiled to
 * WebAssembly). The fit blocks its thread and may never end: call it in a worker that has a time limit.
 *
 * The package has faults, and this function works around each of them:
 *
 * - It copies the series to a stack of 64 KiB. Only the last 500 values are fitted.
 * - For a missing or infinite value it silently returns nonsense. Such a series is refused.
 * - Its tolerances are absolute, and its optimizer can turn a difference in the last digit of a value into one in the third digit of
 *   the forecast. The series is brought to mean 0 and variance 1 and rounded to multiples of 2^-24, so that the same load in another
 *   unit gives the same fit.
 * - Its fit can explode, and no status tells so. Optimizer 5 (BFGS) with method 0 (exact likelihood) explodes least, in one fit out of
 *   fifty. A forecast counts as exploded when it is not finite, or is farther from the mean than three times the farthest value of the
 *   series. The fit is then repeated on the last two thirds of the values, then on the last half.
 * - Its C code prints, and ends the process. Both are prevented.
 * - A failed call spoils all later ones. Each fit has its own instance, which takes less than 1 ms to make.
 *
 * @throws Error when a value is not finite, when all attempts exploded, or when the C code gives up
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

/** The package needs ten values, so a series is fitted again on its last half only from this length on. */
const fewestRetried = 20;

/** Fits once. Returns `null` when the fit exploded. */
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

/** The number of steps that are forecast. By then the forecast has long settled, and later steps repeat the last value. */
const furthest = 336;

/** How far from the mean a forecast may go, as a multiple of the farthest value of the series. */
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

/** Node has this global, but its type definitions do not. */
const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;

type Wasm = {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (program: object, imports: object) => object;
};

const parts = loadParts();

/** The parts from which the package's own entry makes one shared instance. The program is compiled only once, because it has no state. */
function loadParts() {
  const load = createRequire(__filename);
  const folder = dirname(load.resolve('arima'));
  return {
    program: new Module(readFileSync(join(folder, 'wasm/native.wasm'))),
    instantiate: load(join(folder, 'wasm/native-sync.js')) as (options: object) => object,
    onInstance: load(join(folder, 'load.js')) as (instance: object) => Arima,
  };
}
