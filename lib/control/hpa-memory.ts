import type { HpaMemory, HpaPast, HpaSpec } from './hpa-types';

/** What the rules may ask of a memory. */
export function pastOf({ recommendations, added, taken }: HpaMemory): HpaPast {
  const sum = (events: HpaMemory['added'], since: number) =>
    events.reduce((total, { at, change }) => (at > since ? total + change : total), 0);
  return {
    lowestSince: (since) => recommendations.reduce((least, { at, replicas }) => (at > since ? Math.min(least, replicas) : least), Infinity),
    highestSince: (since) => recommendations.reduce((most, { at, replicas }) => (at > since ? Math.max(most, replicas) : most), -Infinity),
    addedSince: (since) => sum(added, since),
    takenSince: (since) => sum(taken, since),
  };
}

/** What still matters at the next sync: windows and periods are at most as long as the spec's longest. */
export function remembered(memory: HpaMemory, current: number, replicas: number, spec: HpaSpec, now: number): HpaMemory {
  const { windowMs, periodMs } = longestOf(spec);
  const young = <T extends { readonly at: number }>(events: readonly T[], ageMs: number): T[] =>
    events.filter(({ at }) => at > now - ageMs);
  const change = { at: now, change: Math.abs(replicas - current) };
  return {
    recommendations: young(memory.recommendations, windowMs),
    added: young(replicas > current ? [...memory.added, change] : memory.added, periodMs),
    taken: young(replicas < current ? [...memory.taken, change] : memory.taken, periodMs),
  };
}

/** A memory that is written in place: the same answers as of `HpaMemory`, in constant time a sync. */
export type RollingMemory = HpaPast & {
  /** Remembers what the metrics want at a sync; times ascend. */
  readonly want: (at: number, replicas: number) => void;
  readonly change: (at: number, from: number, to: number) => void;
};

/** For replays of many syncs. The questions it is asked must be about the windows of the spec it is made for, at ascending times. */
export function rollingMemory(spec: HpaSpec): RollingMemory {
  const { scaleUp, scaleDown } = spec;
  const lowest = rollingExtreme((one, other) => one <= other);
  const highest = rollingExtreme((one, other) => one >= other);
  const { periodMs } = longestOf(spec);
  const added: Change[] = [];
  const taken: Change[] = [];
  const sum = (changes: readonly Change[], since: number) => {
    let total = 0;
    for (const { at, change } of changes) if (at > since) total += change;
    return total;
  };
  return {
    lowestSince: (since) => lowest.since(since, Infinity),
    highestSince: (since) => highest.since(since, -Infinity),
    addedSince: (since) => (added.length === 0 ? 0 : sum(added, since)),
    takenSince: (since) => (taken.length === 0 ? 0 : sum(taken, since)),
    want: (at, replicas) => {
      // Within a window of no length there is nothing.
      if (scaleUp.stabilizationSeconds > 0) lowest.push(at, replicas);
      if (scaleDown.stabilizationSeconds > 0) highest.push(at, replicas);
    },
    change: (at, from, to) => {
      if (from === to) return;
      const changes = to > from ? added : taken;
      while (changes.length > 0 && changes[0].at <= at - periodMs) changes.shift();
      changes.push({ at, change: Math.abs(to - from) });
    },
  };
}

type Change = { readonly at: number; readonly change: number };

function longestOf({ scaleUp, scaleDown }: HpaSpec) {
  const periods = [...scaleUp.policies, ...scaleDown.policies].map(({ periodSeconds }) => periodSeconds);
  return {
    windowMs: Math.max(scaleUp.stabilizationSeconds, scaleDown.stabilizationSeconds) * 1_000,
    periodMs: Math.max(0, ...periods) * 1_000,
  };
}

/** The extreme of the values since a time, of times that ascend: those that a later one outdoes are forgotten. */
function rollingExtreme(outdoes: (one: number, other: number) => boolean) {
  let times: number[] = [];
  let values: number[] = [];
  let first = 0;
  return {
    push(at: number, value: number) {
      while (values.length > first && outdoes(value, values[values.length - 1])) {
        values.pop();
        times.pop();
      }
      values.push(value);
      times.push(at);
      if (first > 512) {
        times = times.slice(first);
        values = values.slice(first);
        first = 0;
      }
    },
    since(at: number, none: number): number {
      while (first < times.length && times[first] <= at) first++;
      return first < values.length ? values[first] : none;
    },
  };
}
