/** A time [from, until] between two observations, epoch ms. */
export type Span = { readonly from: number; readonly until: number };

/** One fall of a counter: the readings on both sides of it, and when each was taken, epoch ms. */
export type CounterFall = Span & { readonly before: number; readonly after: number };

/** What the falls of a counter are. */
export type CounterFaults = {
  /** Falls to near 0: a process began to count again, and has counted since then what it shows. */
  readonly restarts: number;
  /** Falls that end far above 0, in order of time: no process begins there. */
  readonly falls: readonly CounterFall[];
  /** Falls that the next readings undo, in order of time: readings out of order or from another member, or a 0 where nothing was read. */
  readonly dips: readonly CounterFall[];
  /** Times of which a counter with such falls does not tell what happened: apart, in order of time. */
  readonly unknown: readonly Span[];
};

export type CounterJudge = {
  /** Takes observations, time and value in turn, in order of time, each moment once. */
  readonly add: (observations: Float64Array, count: number) => void;
  readonly finish: () => CounterFaults;
};

/** Rates of rise below which this share of all rises lies are usual. */
const usualShare = 0.75;
/** What a process counts before its first reading, and what a load can rise by, is at most so many times the usual. */
const mostTimesUsual = 4;
/** A rise is a return from so many times that: less is enough where a member is known to have left. */
const returns = { afterRestart: 2, afterLoss: 0.5 };
/** A fall that is undone within so many readings is a dip, whatever undid it. */
const readingsOfDip = 3;
/** Falls that are kept in view for what undoes them, and the largest rises that are kept. */
const mostOpen = 64;
const mostLeaps = 64;
/** Falls that are told apart; with more of them it is no counter. */
export const mostFalls = 10_000;

type Fall = CounterFall & {
  /** When readings were back at the level before, within `readingsOfDip`. */
  backAt?: number;
  /** The first rise by half of the fall to twice as much: to what value, and from which. */
  rise?: Span & { readonly value: number; readonly base: number };
};

/** A rise, and by how much. */
type Leap = Span & { readonly amount: number };

/**
 * Tells apart why a counter falls, at a memory of its falls alone.
 *
 * One process begins again at 0: the first reading after that is what it has counted since then, and cannot be far more than usual for
 * the time that passed (four times the rise per time that three quarters of all rises keep). A fall that ends higher is that of a sum
 * which lost a member, and what the sum rises by between the readings around it is not known; where there is one such fall, no other
 * fall of the series is taken for a restart either. A later rise by about what fell, and by more than twice the usual, is the member's
 * return, and no load; so is any by four times the usual and half of the least that fell, for members also come first and leave later. A fall that is undone within three readings is a dip; so is one to near 0 that a single rise by eight times the
 * usual undoes.
 */
export function createCounterJudge(): CounterJudge {
  const last = { time: NaN, value: NaN };
  const falls: Fall[] = [];
  let open: Fall[] = [];
  let leaps: Leap[] = [];
  let recent: { readonly fall: Fall; left: number }[] = [];
  /** Rises by their rate, in bins of a quarter of a power of two. */
  const rates = new Map<number, number>();

  const add = (observations: Float64Array, count: number): void => {
    for (let index = 0; index < 2 * count; index += 2) {
      const time = observations[index];
      const value = observations[index + 1];
      if (recent.length > 0) recent = recent.filter((one) => isStillDown(one, time, value));
      if (value > last.value) {
        const bin = Math.ceil(4 * Math.log2((value - last.value) / (time - last.time)));
        rates.set(bin, (rates.get(bin) ?? 0) + 1);
        if (leaps.length < mostLeaps || value - last.value > leaps[mostLeaps - 1].amount)
          leaps = [...leaps, { from: last.time, until: time, amount: value - last.value }]
            .sort((a, b) => b.amount - a.amount)
            .slice(0, mostLeaps);
        if (open.length > 0) open = open.filter((fall) => !isUndone(fall, last.time, last.value, time, value));
      } else if (value < last.value && falls.length <= mostFalls) {
        const fall: Fall = { from: last.time, until: time, before: last.value, after: value };
        falls.push(fall);
        open.push(fall);
        if (open.length > mostOpen) open.shift();
        recent.push({ fall, left: readingsOfDip });
      }
      last.time = time;
      last.value = value;
    }
  };

  return { add, finish: () => judge(falls, leaps, quantileOf(rates, usualShare)) };
}

function isStillDown(one: { readonly fall: Fall; left: number }, time: number, value: number): boolean {
  one.left -= 1;
  if (value >= one.fall.before) one.fall.backAt = time;
  return one.left > 0 && one.fall.backAt === undefined;
}

function isUndone(fall: Fall, from: number, base: number, until: number, value: number): boolean {
  const share = (value - base) / (fall.before - fall.after);
  if (share < 0.5 || share > 2) return false;
  fall.rise = { from, until, base, value };
  return true;
}

function judge(all: readonly Fall[], leaps: readonly Leap[], usualRate: number): CounterFaults {
  const most = ({ from, until }: Span): number => mostTimesUsual * usualRate * (until - from);
  const isNearZero = (fall: Fall): boolean => fall.after <= most(fall);
  const isReturn = (fall: Fall): boolean =>
    fall.rise !== undefined &&
    fall.rise.value - fall.rise.base > returns[isNearZero(fall) ? 'afterRestart' : 'afterLoss'] * most(fall.rise);
  const isDip = (fall: Fall): boolean => (isNearZero(fall) ? isReturn(fall) : fall.backAt !== undefined);
  const isFar = (fall: Fall): boolean => !isDip(fall) && !isNearZero(fall);
  const ofSum = all.some(isFar);
  const dips = all.filter(isDip);
  const falls = all.filter((fall) => !isDip(fall) && (ofSum || isFar(fall)));
  /** Until when a fall was undone with nothing counted meanwhile. */
  const endOf = (fall: Fall): number | undefined =>
    fall.backAt ?? (isReturn(fall) && fall.rise && fall.rise.base <= most(fall) ? fall.rise.until : undefined);
  const leastLost = all.filter(isFar).reduce((least, { before, after }) => Math.min(least, before - after), Infinity);
  const unknown = [
    ...[...dips, ...falls].flatMap((fall): Span[] => [
      { from: fall.from, until: (isDip(fall) ? endOf(fall) : undefined) ?? fall.until },
      ...(fall.rise && isReturn(fall) ? [fall.rise] : []),
    ]),
    ...leaps.filter((leap) => leap.amount > most(leap) && leap.amount > leastLost / 2),
  ];
  return { restarts: all.length - dips.length - falls.length, falls, dips, unknown: joined(unknown) };
}

/** The upper edge of the bin below which a share of what was counted lies; 0 of nothing. */
function quantileOf(bins: ReadonlyMap<number, number>, share: number): number {
  const sorted = [...bins].sort(([a], [b]) => a - b);
  const wanted = share * sorted.reduce((total, [, count]) => total + count, 0);
  let total = 0;
  for (const [bin, count] of sorted) {
    total += count;
    if (total >= wanted) return 2 ** (bin / 4);
  }
  return 0;
}

function joined(spans: readonly Span[]): Span[] {
  const apart: Span[] = [];
  for (const { from, until } of [...spans].sort((a, b) => a.from - b.from)) {
    const before = apart[apart.length - 1];
    if (before !== undefined && from <= before.until) apart[apart.length - 1] = { from: before.from, until: Math.max(before.until, until) };
    else apart.push({ from, until });
  }
  return apart;
}
