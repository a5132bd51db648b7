/** How numbers are written: the same in every locale. Units of time and load are in `units.ts`. */

/** A number to so many significant digits. */
export function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** A number to 6 significant digits, as every figure of a plan or document is written; -0 becomes 0. */
export function round6(value: number): number {
  return significant(value, 6) + 0;
}

/** `round6` of every number in plain data; what is not finite stays. */
export function allRound6<T>(data: T): T {
  if (typeof data === 'number') return (Number.isFinite(data) ? round6(data) : data) as T;
  if (Array.isArray(data)) return data.map((item: unknown) => allRound6(item)) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, allRound6(value as unknown)])) as T;
}

/** To three significant digits, rounded up: for the least of something. */
export function roundedUp(value: number): number {
  if (!(value > 0)) return 0;
  const place = 10 ** (2 - Math.floor(Math.log10(value)));
  return significant(Math.ceil(value * place - 1e-8) / place, 3);
}

/** For a sentence, to four significant digits: 12345.6 -> `12350`. */
export function formatFigure(value: number): string {
  return `${significant(value, 4)}`;
}

/** For a table, to three significant digits, every digit from a thousand on: 12345.6 -> `12,300`, 0.01234 -> `0.0123`. */
export function formatShort(value: number): string {
  const short = significant(value, 3);
  return Math.abs(short) >= 1_000 ? grouped(`${Math.round(short)}`) : `${short}`;
}

/** For amounts in a table: whole, and below 100 with one decimal where it is not: 12345.6 -> `12,346`, 9.87 -> `9.9`. */
export function formatAmount(value: number): string {
  return grouped(Math.abs(value) < 100 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toFixed(0));
}

/** For what is short of a limit: at most two decimals: 12345.678 -> `12,345.68`. */
export function formatExactly(value: number): string {
  return grouped(String(Number(value.toFixed(2))));
}

/** A whole number, every digit of it: 12345 -> `12,345`. */
export function formatWhole(value: number): string {
  return grouped(`${value}`);
}

/** Digits before the point in groups of three. */
export function grouped(decimal: string): string {
  const [whole, ...fraction] = decimal.split('.');
  return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, ','), ...fraction].join('.');
}

/** At the axis of a chart: 30000 -> `30,000`, 0.25 -> `0.25`, 12345678 -> `12.3M`. */
export function axisLabel(value: number): string {
  const size = Math.abs(value);
  const [divisor, suffix] = size >= 1e9 ? [1e9, 'G'] : size >= 1e6 ? [1e6, 'M'] : [1, ''];
  const text = String(significant(value / divisor, size >= 1e6 ? 3 : 6));
  return /e/.test(text) ? text : `${grouped(text)}${suffix}`;
}

/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `4 GPU`, `256 vCPU`, `1 node`, `2 nodes`. */
export function formatQuantity(value: number, unit: string): string {
  return `${formatExactly(value)} ${unit === 'nodes' && value === 1 ? 'node' : unit}`;
}

/** A price by the hour, say: 0.00123 -> `0.0012`, 12.3456 -> `12.35`. */
export function formatPrice(value: number): string {
  return value.toFixed(value < 1 ? 4 : 2);
}

/** 0.1234 -> `$0.1234`, 12.345 -> `$12.35`, 12345.6 -> `$12,346`. */
export function formatUsd(value: number): string {
  return `$${value >= 1_000 ? formatWhole(Math.round(value)) : formatPrice(value)}`;
}

/** 16.06e9 -> `15 GiB`; below a GiB MiB and KiB. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, byteUnits, 'B', 1);
}

/** 3.15e23 -> `315 ZFLOP`. */
export function formatFlops(flops: number): string {
  return scaled(flops, flopUnits, 'TFLOP', 1e12);
}

/** 0.0123 -> `12.3 ms`, 5400 -> `1.5 h`, 200000 -> `2.31 days`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${formatShort(seconds * 1_000)} ms`;
  if (seconds < 180) return `${formatShort(seconds)} s`;
  if (seconds < 7_200) return `${formatShort(seconds / 60)} min`;
  if (seconds < 172_800) return `${formatShort(seconds / 3_600)} h`;
  return `${formatShort(seconds / 86_400)} days`;
}

/** What `parseMagnitude` reads: 8.03e9 -> `8.03B`. */
export function formatMagnitude(value: number): string {
  const [unit, size] = magnitudes.find(([, least]) => value >= least) ?? ['', 1];
  return `${significant(value / size, 3)}${unit}`;
}

/** A share as percent, to four significant digits: 0.12345 -> `12.35 %`. */
export function percent(share: number): string {
  return `${formatFigure(share * 100)} %`;
}

type Units = readonly (readonly [unit: string, size: number])[];

const byteUnits: Units = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
];
const flopUnits: Units = [
  ['YFLOP', 1e24],
  ['ZFLOP', 1e21],
  ['EFLOP', 1e18],
  ['PFLOP', 1e15],
];
const magnitudes: Units = [
  ['T', 1e12],
  ['B', 1e9],
  ['M', 1e6],
  ['K', 1e3],
];

function scaled(value: number, units: Units, leastUnit: string, leastSize: number): string {
  const [unit, size] = units.find(([, least]) => value >= least) ?? [leastUnit, leastSize];
  return `${formatShort(value / size)} ${unit}`;
}
