import { fc, test as property } from '@fast-check/jest';
import { hpaFloor } from '../../../lib/demand/replicas/reactive-floor';
import type { StepFunction } from '../../../lib/demand/replicas/steps';
import { workloadDemand } from '../../../lib/plan/replicas/workload-demand';
import {
  type Candidate,
  cheapest,
  cheapestOf,
  optionFacts,
  fixedOption,
  flatDemand,
  impossibleOption,
  ownersDemand,
  paidAbove,
  usdAlone,
  reactiveDemand,
  scheduledDemand,
  standsAlone,
  type StrategyContext,
  unlessRefused,
} from '../../../lib/plan/strategy/option';
import { ProblemError } from '../../../lib/problems';
import { demandOf, hours } from '../replicas/support';
import { chat, contextOf, slow, steep } from './support';

const valuesOf = ({ steps }: StepFunction) => steps.map(({ value }) => value);
const contextWith = (fields: object, path = slow, change: Partial<StrategyContext> = {}): StrategyContext => ({
  ...contextOf({ workload: { ...chat, ...fields }, protected: path }).context,
  ...change,
});
const candidate = (usd: number | null, size: string | null = null, needs: string | null = null): Candidate => ({
  option: { ...impossibleOption('hybrid', ''), usd, size, needs },
  demand: demandOf([1]),
  resources: {} as never,
});
const usdOf = (made: Candidate | null) => made?.option.usd;

describe('the cheapest of several sizes', () => {
  const free = contextWith({});
  const acting = contextWith({ scaling: 'auto' });
  const keeping = (previousSize: string) => ({ ...free, previousSize });

  test('is the one with the lowest price, and one without a price is the last', () => {
    expect(usdOf(cheapest([candidate(null), candidate(3), candidate(2)], free))).toBe(2);
    expect(cheapest([candidate(null, 'a')], free)?.option.size).toBe('a');
    expect(cheapest([], free)).toBeNull();
  });
  test('is at equal prices the one whose name comes first, in whatever order they are', () => {
    const sizes = ['c', 'a', 'b'].map((size) => candidate(1, size));
    expect(cheapest(sizes, free)?.option.size).toBe('a');
    expect(cheapest([...sizes].reverse(), free)?.option.size).toBe('a');
  });
  test('needs nothing first where the plan is to act, unless all of them do', () => {
    const sizes = [candidate(1, 'a', 'an image'), candidate(2, 'b')];
    expect(usdOf(cheapest(sizes, acting))).toBe(2);
    expect(usdOf(cheapest(sizes, free))).toBe(1);
    expect(usdOf(cheapest([candidate(2, 'b', 'an image'), candidate(1, 'a', 'an image')], acting))).toBe(1);
  });
  test('gives way to that of the previous plan as long as that costs no more than the stickiness allows', () => {
    const sizes = (kept: number) => [candidate(97, 'new'), candidate(kept, 'kept')];
    expect(cheapest(sizes(100), keeping('kept'))?.option.size).toBe('kept');
    expect(cheapest(sizes(100.01), keeping('kept'))?.option.size).toBe('new');
    expect(cheapest(sizes(98), keeping('gone'))?.option.size).toBe('new');
  });
  test('has no size of a previous plan where that acted on none', () => {
    expect(usdOf(cheapest([candidate(100), candidate(99, 'a')], free))).toBe(99);
  });
  property.prop([
    fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.constantFrom('a', 'b', 'c')), { minLength: 1 }),
    fc.constantFrom('a', 'b', 'c', null),
  ])('is never dearer than another by more than the stickiness', (sizes, previousSize) => {
    const made = cheapest(
      sizes.map(([usd, size]) => candidate(usd, size)),
      { ...free, previousSize },
    );
    expect((usdOf(made) ?? NaN) * 0.97).toBeLessThanOrEqual(Math.min(...sizes.map(([usd]) => usd)) + 1e-9);
  });
  test('is looked for among the sizes that the limits allow', () => {
    const make = (size: number) => {
      if (size === 1) throw new ProblemError({ code: 'demand/ceiling', path: 'ceiling', message: 'is too low' });
      return size === 2 ? null : candidate(size);
    };
    expect(usdOf(cheapestOf([1, 2, 4, 3], make, free))).toBe(3);
    expect(cheapestOf([1, 2], make, free)).toBeNull();
  });
});

test('only what a limit refuses is no way: a defect comes through', () => {
  expect(unlessRefused(() => 7)).toBe(7);
  const refused = () => {
    throw new ProblemError({ code: 'demand/ceiling', path: 'ceiling', message: 'is too low' });
  };
  expect(unlessRefused(refused)).toBeNull();
  const defect = () => {
    throw new Error('a defect');
  };
  expect(() => unlessRefused(defect)).toThrow('a defect');
});

test('one replica stands alone where there are two at least now, and nowhere else', () => {
  expect(standsAlone(1, demandOf([2, 3]))).toBe(true);
  expect(standsAlone(1, demandOf([1, 3]))).toBe(false);
  expect(standsAlone(2, demandOf([2, 3]))).toBe(false);
});

test('an option loses in a node what one of its fewest working replicas is of all, hours without replicas aside', () => {
  const made = { demand: demandOf([0, 4, 8]), paid: hours([0, 4, 8]), strained: 0.25 };
  expect(optionFacts(made)).toEqual({ replicas: { fewest: 0, most: 8 }, strainedShare: 0.25, lossShare: 0.25 });
});

describe('what is paid for', () => {
  const path = { protected: hours([40, 80, 10]), median: hours([20, 41, 0]), fullLoad: 10, aim: 8, delayMs: 60_000 };

  test('above a flat floor is what an autoscaler makes of the median load', () => {
    expect(valuesOf(paidAbove(2, path))).toEqual([3, 6, 2]);
    expect(valuesOf(paidAbove(5, path))).toEqual([5, 6, 5]);
  });
  test('is the floor all the time where no autoscaler follows the load', () => {
    expect(valuesOf(paidAbove(2, { ...path, delayMs: Infinity }))).toEqual([2]);
  });
  test('in a pool that Terraform holds is the highest all the time', () => {
    const { input, offerings } = contextWith({});
    const [{ l40s }, { resources }] = [input.config.pools, input];
    const owned = (owner: string) =>
      ({ ...contextWith({}), input: { ...input, config: { ...input.config, pools: { l40s: { ...l40s, owner } } } } }) as StrategyContext;
    const usd = (owner: string, schedule: StepFunction) => usdAlone(owned(owner), schedule, resources, offerings);
    const node = offerings[0].usdPerHour;
    expect(usd('autoscaler', hours([1, 3]))).toBeCloseTo(4 * node, 6);
    expect(usd('schedule', hours([1, 3]))).toBeCloseTo(4 * node, 6);
    expect(usd('terraform', hours([1, 3]))).toBeCloseTo(6 * node, 6);
  });
  test('keeps within the share of spot that the limits allow', () => {
    const pools = { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], capacity: ['on-demand', 'spot'] } };
    const usd = (spotShare: number) => {
      const { context } = contextOf({ workload: chat, pools, limits: { spotShare }, protected: slow });
      return usdAlone(context, hours([4]), context.input.resources, context.offerings) ?? NaN;
    };
    expect(usd(0.5)).toBeCloseTo((usd(0) + usd(1)) / 2, 6);
    expect(usd(1)).toBeLessThan(usd(0));
  });
});

describe('floors', () => {
  const floorText = ({ reasons }: { readonly reasons: readonly { readonly code: string; readonly text: string }[] }) =>
    reasons.find(({ code }) => code.startsWith('floor/'))?.text;
  const reactive = (context: StrategyContext) => reactiveDemand(context, context.input, scheduledDemand(context, context.input));
  const tunedTo = (floor: number | null, path = slow): StrategyContext => {
    const context = contextWith({}, path);
    const settings = { target: 0.8, headroom: null, floor, scaleDown: {} };
    return { ...context, input: { ...context.input, tuned: { policy: 'hpa-tuned', strategy: 'reactive', settings } as never } };
  };

  test('by the hour are paid for as they are laid, and are those of the owner that moves them', () => {
    const context = contextWith({}, steep);
    const scheduled = scheduledDemand(context, context.input);
    expect(scheduled.paid).toEqual(scheduled.demand.schedule);
    expect(scheduled.strained).toBe(scheduled.protection?.scheduled);
    expect(ownersDemand(context, context.input).demand).toEqual(scheduled.demand);
  });
  test('are one, with an autoscaler above, where manifests own it', () => {
    const context = contextWith({ owner: 'manifests', metric: { kind: 'pods', name: 'x' } });
    const made = ownersDemand(context, context.input);
    expect(made).toEqual(reactive(context));
    expect(floorText(made.demand)).toMatch(/strained no longer than with floors by the hour$/);
    expect(made.paid).toEqual(paidAbove(made.demand.floor, scheduledDemand(context, context.input).demand.path as never));
  });
  test('that are one say why it is so high: how fast the autoscaler is, that nothing was observed, or that it follows nothing', () => {
    const highest = workloadDemand({ ...contextWith({}).input, floors: 'scheduled' }).peak;
    const unseen = reactive(contextWith({}, slow, { observed: () => null }));
    expect(floorText(unseen.demand)).toBe(
      `one floor for the whole horizon: ${highest}, the highest needed, since no history shows how fast the load moves`,
    );
    expect(floorText(reactive(contextWith({ metric: undefined })).demand)).toBe(
      `one floor for the whole horizon: ${highest}, the highest needed, since no metric lets an autoscaler follow the load`,
    );
    expect(floorText(reactive(contextWith({})).demand)).toMatch(/, the lowest with which an autoscaler that takes 645s to act is/);
  });
  test('that a replay has tuned are taken, unless what is ahead is steeper than what was replayed', () => {
    const { path } = scheduledDemand(contextWith({}, steep), contextWith({}, steep).input).demand;
    const ahead = path === null ? NaN : hpaFloor(path.protected, path);
    expect(ahead).toBeGreaterThan(1);
    const enough = reactive(tunedTo(ahead, steep)).demand;
    expect([enough.floor, floorText(enough)]).toEqual([
      ahead,
      `one floor for the whole horizon: ${ahead}, as tuned in the replay of its last weeks`,
    ]);
    const tooLow = reactive(tunedTo(ahead - 1, steep)).demand;
    expect(tooLow.floor).toBe(ahead);
    expect(floorText(tooLow)).toContain(`${ahead}, where the replay tuned ${ahead - 1}: with less an autoscaler that takes `);
  });
  test('that no replay has tuned are the lowest that protect as well', () => {
    const { demand, ...paid } = reactive(tunedTo(null));
    const untuned = reactive(contextWith({}));
    expect({ ...paid, demand: { ...demand, madeFrom: untuned.demand.madeFrom } }).toEqual(untuned);
  });
  test('that are flat are paid for as they are, and strain as long as the replicas do that the flat floor leaves', () => {
    const context = contextWith({}, steep);
    const { protection } = scheduledDemand(context, context.input);
    const made = flatDemand(context, context.input, 7, 'for a test');
    expect([made.demand.floor, made.paid]).toEqual([7, made.demand.schedule]);
    expect(made.strained).toBe(protection?.flat(7));
    expect(made.strained).toBeGreaterThan(0);
    expect(floorText(made.demand)).toBe('one floor for the whole horizon: 7, for a test');
  });
});

test('a workload that no autoscaler moves has one way, at the price of its schedule', () => {
  const context = contextWith({});
  const { option, demand, resources } = fixedOption(context, 'three trainers');
  expect(option).toMatchObject({ name: 'horizontal', size: null, restarts: 0, needs: null, strainedShare: 0, why: 'three trainers' });
  expect(option.usd).toBe(usdAlone(context, context.stated.schedule, context.input.resources, context.offerings));
  expect([demand, resources]).toEqual([context.stated, context.input.resources]);
});

test('what is impossible has no price, and says why', () => {
  expect(impossibleOption('vertical', 'no node is so large')).toEqual({
    name: 'vertical',
    usd: null,
    size: null,
    replicas: null,
    strainedShare: null,
    lossShare: null,
    restarts: 0,
    needs: null,
    why: 'no node is so large',
  });
});
