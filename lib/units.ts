/**
 * Quantities as people write them, parsed once into plain numbers.
 *
 * Inside foresize a duration is milliseconds, a rate is per second, memory is MiB, CPU is millicores, money is USD per hour,
 * a share is 0..1. Every parser takes the text and returns the number, or `undefined` when the text is not of its form; the
 * config schema turns `undefined` into a problem with path and hint.
 */

/** Hours in a month, the convention of cloud price lists. */
export const HOURS_PER_MONTH = 730;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;

const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  sec: SECOND_MS,
  second: SECOND_MS,
  m: MINUTE_MS,
  min: MINUTE_MS,
  minute: MINUTE_MS,
  h: HOUR_MS,
  hour: HOUR_MS,
  d: DAY_MS,
  day: DAY_MS,
  w: WEEK_MS,
  week: WEEK_MS,
};

/** `'6m'`, `'90 s'`, `'1.5h'`, `'7d'`, `'800ms'` -> milliseconds. */
export function parseDuration(text: string): number | undefined {
  const parts = split(text);
  if (!parts) return undefined;
  const unit = durationUnits[parts.unit] ?? durationUnits[parts.unit.replace(/s$/, '')];
  return unit === undefined || parts.unit === '' ? undefined : parts.amount * unit;
}

/** Whole days, or hours below two days: `5 days`, `31 hours`. */
export function ageText(ms: number): string {
  const [count, unit] = ms >= 2 * DAY_MS ? [Math.floor(ms / DAY_MS), 'days'] : [Math.floor(ms / HOUR_MS), 'hours'];
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
}

/** Milliseconds -> the shortest exact text: 3_600_000 -> `'1h'`, 5_400_000 -> `'90m'`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const units: readonly (readonly [string, number])[] = [
    ['d', DAY_MS],
    ['h', HOUR_MS],
    ['m', MINUTE_MS],
    ['s', SECOND_MS],
  ];
  for (const [name, size] of units) if (ms % size === 0) return `${ms / size}${name}`;
  return `${ms}ms`;
}

/** What a load is counted in, by singular name. A closed list, so that a slip of the pen is caught. */
const nouns: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['req', 'requests', 'request'],
    ['tokens', 'token', 'tok'],
    ['images', 'image', 'img'],
    ['samples', 'sample'],
    ['sequences', 'sequence', 'seq'],
    ['queries', 'query'],
    ['messages', 'message', 'msg'],
    ['events', 'event'],
    ['records', 'record', 'rows', 'row'],
    ['jobs', 'job', 'tasks', 'task'],
    ['batches', 'batch'],
    ['transactions', 'transaction', 'orders', 'order'],
    ['sessions', 'session', 'connections', 'connection', 'users', 'user'],
    ['bytes', 'byte', 'B'],
    ['servers', 'server', 'instances', 'instance'],
    ['cores', 'core', 'vCPU'],
    ['GiB'],
    ['MiB'],
    ['MW'],
    ['%', 'percent'],
    ['ratio'],
  ].flatMap(([canonical, ...others]) => [canonical, ...others].map((name) => [name, canonical])),
);

/** The unit of a load: `req/s`, `tokens/min`, `sessions`, `%`. */
export type LoadUnit = {
  /** What is counted: `req`, `tokens`, `%`. */
  readonly noun: string;
  /** Milliseconds of the denominator of a rate; `null` for a plain level or count. */
  readonly perMs: number | null;
};

/** `'req/s'`, `'tokens/min'`, `'req/5min'`, `'%'`, `'sessions'`. */
export function parseLoadUnit(text: string): LoadUnit | undefined {
  const [name, per, ...rest] = text.trim().split('/');
  const noun = name === undefined ? undefined : nouns[name.trim()];
  if (noun === undefined || rest.length > 0) return undefined;
  if (per === undefined) return { noun, perMs: null };
  const perMs = parseDuration(/^\s*\d/.test(per) ? per : `1${per.trim()}`);
  return perMs === undefined || perMs <= 0 ? undefined : { noun, perMs };
}

/** All nouns a load may be counted in, canonical names, in the order of the list above. */
export const loadNouns: readonly string[] = [...new Set(Object.values(nouns))];

/** A unit as text, rates always per second: `req/s`, `%`. */
export function formatLoadUnit(unit: LoadUnit): string {
  return unit.perMs === null ? unit.noun : `${unit.noun}/s`;
}

/** An amount of load: `'12 req/s'` -> 12 a second; `'600 req/min'` -> 10 a second; `'50 sessions'` -> 50. */
export type LoadAmount = { readonly amount: number; readonly unit: LoadUnit };

export function parseLoadAmount(text: string): LoadAmount | undefined {
  const parts = split(text, true);
  const unit = parts && parseLoadUnit(parts.unit);
  if (!parts || !unit) return undefined;
  return unit.perMs === null
    ? { amount: parts.amount, unit }
    : { amount: (parts.amount * SECOND_MS) / unit.perMs, unit: { noun: unit.noun, perMs: SECOND_MS } };
}

/** `'16 GiB'`, `'512Mi'`, `'64 GB'` -> MiB. */
export function parseMemoryMiB(text: string): number | undefined {
  const parts = split(text, true);
  const bytes = parts && memoryUnits[parts.unit];
  return bytes === undefined || !parts ? undefined : (parts.amount * bytes) / 2 ** 20;
}

/** `'110KB'`, `'4 B'`, `'4'` -> bytes. */
export function parseBytes(text: string): number | undefined {
  const mib = parseMemoryMiB(text);
  if (mib !== undefined) return mib * 2 ** 20;
  const parts = split(text, true);
  return parts && ['', 'B'].includes(parts.unit) ? parts.amount : undefined;
}

/** `'10GB/s'` -> bytes a second. */
export function parseBytesPerSecond(text: string): number | undefined {
  const match = /^(.*\S)\s*\/\s*s\s*$/.exec(text);
  return match ? parseBytes(match[1]) : undefined;
}

const memoryUnits: Readonly<Record<string, number>> = {
  KiB: 2 ** 10,
  Ki: 2 ** 10,
  MiB: 2 ** 20,
  Mi: 2 ** 20,
  GiB: 2 ** 30,
  Gi: 2 ** 30,
  TiB: 2 ** 40,
  Ti: 2 ** 40,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** `'500m'`, `'4'`, `'2 cores'`, `'8 vCPU'` -> millicores. */
export function parseCpuMilli(text: string): number | undefined {
  const parts = split(text, true);
  if (!parts) return undefined;
  if (parts.unit === 'm') return parts.amount;
  return ['', 'core', 'cores', 'vCPU', 'CPU'].includes(parts.unit) ? parts.amount * 1_000 : undefined;
}

/** `'20%'`, `'0.2'` -> 0.2. */
export function parseShare(text: string): number | undefined {
  const parts = split(text, true);
  if (!parts) return undefined;
  if (parts.unit === '%') return parts.amount / 100;
  return parts.unit === '' ? parts.amount : undefined;
}

/** `'5 %/month'`, `'-10%/month'`, `'60 %/year'` -> the share by which something grows in a month of a twelfth of a year. */
export function parseGrowth(text: string): number | undefined {
  const match = /^\s*([+-]?\d+(?:\.\d+)?)\s*%\s*\/\s*(month|mo|year)\s*$/.exec(text);
  if (!match) return undefined;
  const share = Number(match[1]) / 100;
  if (share <= -1) return undefined;
  return match[2] === 'year' ? (1 + share) ** (1 / 12) - 1 : share;
}

/** `'20x'`, `'1.5x'` -> 20, 1.5. */
export function parseTimes(text: string): number | undefined {
  const parts = split(text, true);
  return parts?.unit === 'x' ? parts.amount : undefined;
}

/** `'90000 USD/month'`, `'$120/h'`, `'3000 USD/day'` -> USD per hour. */
export function parseUsdPerHour(text: string): number | undefined {
  const match = /^\s*(?:\$\s*)?(\d[\d_,]*(?:\.\d+)?)\s*(?:USD|\$)?\s*\/\s*(month|mo|week|day|d|hour|h)\s*$/.exec(text);
  if (!match || !/USD|\$/.test(text)) return undefined;
  const hours = { month: HOURS_PER_MONTH, mo: HOURS_PER_MONTH, week: 168, day: 24, d: 24, hour: 1, h: 1 }[match[2] as 'h'];
  return Number(match[1].replace(/[_,]/g, '')) / hours;
}

/** An amount of machines: `'40 GPU'`, `'256 vCPU'`, `'12 nodes'`. */
export type MachineAmount = { readonly amount: number; readonly unit: 'GPU' | 'vCPU' | 'nodes' };

export function parseMachineAmount(text: string): MachineAmount | undefined {
  const parts = split(text, true);
  const unit = parts && ({ GPU: 'GPU', GPUs: 'GPU', vCPU: 'vCPU', vCPUs: 'vCPU', node: 'nodes', nodes: 'nodes' } as const)[parts.unit];
  return parts && unit ? { amount: parts.amount, unit } : undefined;
}

/** `'8B'`, `'125M'`, `'1.3T'` -> a plain number (parameters, tokens). */
export function parseMagnitude(text: string): number | undefined {
  const parts = split(text, true);
  const factor = parts && ({ '': 1, K: 1e3, M: 1e6, B: 1e9, T: 1e12 } as Readonly<Record<string, number>>)[parts.unit];
  return parts && factor !== undefined ? parts.amount * factor : undefined;
}

/**
 * ISO 8601 with a zone (`2026-11-24T00:00:00Z`, `...+01:00`) or a plain date, taken as midnight UTC -> epoch milliseconds.
 * A time without a zone is `undefined`: it does not say when.
 */
export function parseTime(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d\d:?\d\d))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms);
  const check = new Date(utc);
  if (check.getUTCMonth() !== Number(month) - 1 || check.getUTCDate() !== Number(day) || Number(hour) > 23 || Number(minute) > 59)
    return undefined;
  if (zone === 'Z') return utc;
  const sign = zone.startsWith('-') ? -1 : 1;
  const [zoneHour, zoneMinute] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return zoneHour > 14 || zoneMinute > 59 ? undefined : utc - sign * (zoneHour * HOUR_MS + zoneMinute * MINUTE_MS);
}

/** Epoch ms of a time that a schema has checked; NaN of any other text. */
export function timeOf(text: string): number {
  return parseTime(text) ?? NaN;
}

/** Epoch milliseconds -> ISO 8601 UTC without a fraction where it is whole seconds: `2026-11-24T00:00:00Z`. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function split(text: string, keepCase = false): { amount: number; unit: string } | undefined {
  const match = /^\s*(\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)\s*(\S*)\s*$/i.exec(text);
  if (!match) return undefined;
  const amount = Number(match[1].replace(/_/g, ''));
  return Number.isFinite(amount) ? { amount, unit: keepCase ? match[2] : match[2].toLowerCase() } : undefined;
}

/** A share as a percentage of at most two places: 0.29 is 29. */
export function percentOfShare(share: number): number {
  return Number((100 * share).toFixed(2));
}
