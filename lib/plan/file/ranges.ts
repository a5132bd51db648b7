import { IANAZone } from 'luxon';
import { placeIn, type Problem, shownValue } from '../../problems';
import { parseDuration, parseTime } from '../../units';

/** What a field may hold, and how a message says so. */
type Range = { readonly expected: string; readonly holds: (value: number | string) => boolean };

const number = (expected: string, holds: (value: number) => boolean): Range => ({
  expected,
  holds: (value) => typeof value !== 'number' || holds(value),
});
const text = (expected: string, holds: (value: string) => boolean): Range => ({
  expected,
  holds: (value) => typeof value !== 'string' || holds(value),
});

const amount = number('a number, at least 0', (value) => value >= 0);
const aboveZero = number('a number above 0', (value) => value > 0);
const whole = number('a whole number, at least 0', (value) => Number.isInteger(value) && value >= 0);
const wholeAboveZero = number('a whole number, at least 1', (value) => Number.isInteger(value) && value >= 1);
const atMost = (most: number): Range =>
  number(`a whole number of seconds, at most ${most}`, (value) => Number.isInteger(value) && value >= 0 && value <= most);
const share = number('a share from 0 to 1', (value) => value >= 0 && value <= 1);
const shareAboveZero = number('a share above 0, at most 1', (value) => value > 0 && value <= 1);
const coefficient = number('a number from -1000 to 1000', (value) => Math.abs(value) <= 1000);
const signed = number('a number', Number.isFinite);
const percent = number('a percentage from 0 to 100', (value) => value >= 0 && value <= 100);
const time = text('a time such as 2026-11-24T00:00:00Z', (value) => value.endsWith('Z') && parseTime(value) !== undefined);
const duration = text('a duration such as 1h', (value) => (parseDuration(value) ?? 0) > 0);
const digest = text('sha256: and 64 hexadecimal digits', (value) => /^sha256:[0-9a-f]{64}$/.test(value));
const region = text('a region such as us-east-1', (value) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(value));
const zone = text('an availability zone such as us-east-1a, or its number', (value) => /^([a-z]{2}(-[a-z]+)+-\d[a-f]|[1-9])$/.test(value));
const timeZone = text('an IANA time zone', (value) => IANAZone.isValidZone(value));
const reservation = text('the id of a capacity reservation, cr-...', (value) => /^cr-[0-9a-f]+$/.test(value));
const groupName = text("lower-case letters, digits and '-', at most 63", (value) => /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value));
const label = text("letters, digits, ' ', '-', '_', '.' and '/', at most 100", (value) => /^[A-Za-z0-9][\w./ -]{0,99}$/.test(value));
const version = text('a version such as 0.1.0', (value) => /^[\w.+-]+$/.test(value));
const free = text('a text', () => true);

const every = (range: Range, ...names: readonly string[]): [string, Range][] => names.map((name) => [name, range]);

/**
 * What a field holds by its name, wherever in a plan it stands; a name with that of what holds it goes first. Other numbers are at least 0,
 * and other texts are free.
 */
const ranges: ReadonlyMap<string, Range> = new Map([
  ...every(whole, 'floor', 'peak', 'ceiling', 'replicas', 'nodes', 'gpus', 'maxPods', 'efaInterfaces', 'workers', 'gpusPerWorker'),
  ...every(whole, 'observations', 'missingPeriods', 'origins', 'steps', 'stepsBefore', 'fewest', 'most', 'restarts'),
  ...every(wholeAboveZero, 'upMinutes', 'holdMinutes', 'live.least', 'live.most'),
  ...every(aboveZero, 'loadPerReplica', 'usualSpread'),
  ...every(wholeAboveZero, 'autoscalerPercent.cpu', 'autoscalerPercent.memory'),
  ...every(aboveZero, 'throughputPerReplica', 'vCpu', 'allocatableCpuMilli', 'allocatableMemoryMiB', 'node.memoryMiB', 'uplift'),
  ...every(aboveZero, 'resources.cpuMilli', 'resources.memoryMiB'),
  ...every(share, 'protect', 'valley.quantile', 'coverage', 'weight', 'share', 'strainedShare', 'lossShare', 'lostShare'),
  ...every(shareAboveZero, 'sizedAt', 'target', 'target.load', 'target.cpu', 'target.memory'),
  ...every(percent, 'violationMinutesPercent', 'unservedPercent', 'gapPercent'),
  ...every(atMost(3_600), 'windowSeconds'),
  ...every(atMost(1_800), 'periodSeconds'),
  ...every(wholeAboveZero, 'scaleDown.value'),
  ...every(time, 'asOf', 'dataThrough', 'validUntil', 'from', 'to', 'at', 'until', 'since', 'decide.by', 'quotas.by'),
  ...every(signed, 'savesUsdPerMonth.mean', 'savesUsdPerMonth.p10', 'savesUsdPerMonth.p90'),
  ...every(whole, 'oneYear', 'threeYears', 'weeks', 'draws', 'needed', 'present'),
  ...every(amount, 'usdPerHour.oneYear', 'usdPerHour.threeYears'),
  ...every(free, 'cpu.from', 'memory.from', 'job.basis'),
  ...every(duration, 'period', 'horizon', 'interval', 'testedAhead'),
  ...every(digest, 'digest', 'config', 'catalog', 'previous', 'basis'),
  ...every(region, 'region'),
  ...every(timeZone, 'timeZone'),
  ...every(zone, 'zone'),
  ...every(reservation, 'reservation'),
  ...every(label, 'instanceType', 'gpuName', 'offering'),
  ...every(groupName, 'groups.name'),
  ...every(version, 'foresize'),
]);

const repair = 'restore the file from version control, or run `foresize plan` to make it anew';

/** Every field of a plan that holds what no plan can hold: a count that is no whole number, money below zero, a time that is none. */
export function rangeProblems(plan: object, file: string): Problem[] {
  const problems: Problem[] = [];
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(member, [...path, Array.isArray(value) ? Number(key) : key]);
      return;
    }
    if (typeof value !== 'number' && typeof value !== 'string') return;
    const range = rangeOf(path, typeof value === 'number');
    if (range === undefined || range.holds(value)) return;
    problems.push({
      code: 'plan/out-of-range',
      path: placeIn(file, path),
      message: 'is not what a plan can hold here',
      expected: range.expected,
      received: shownValue(value),
      hint: repair,
    });
  };
  visit(plan, []);
  return problems;
}

function rangeOf(path: readonly (string | number)[], isNumber: boolean): Range | undefined {
  const names = path.filter((key) => typeof key === 'string');
  const [before, name] = [names.at(-2), names.at(-1) ?? ''];
  const range = ranges.get(`${before}.${name}`) ?? ranges.get(name);
  if (range !== undefined || !isNumber) return range;
  // Of a live floor, the coefficient of each feature stands under that feature.
  const isCoefficient = names.at(-4) === 'live' && /^(up|hold)$/.test(names.at(-3) ?? '') && /^(centre|spread)$/.test(before ?? '');
  if (isCoefficient) return coefficient;
  // Of a forecast, the coverage of each quantile stands under that quantile.
  return before === 'coverage' ? share : amount;
}
