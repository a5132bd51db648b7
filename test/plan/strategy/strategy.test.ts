import { fc, test as property } from '@fast-check/jest';
import { strategyReasons } from '../../../lib/plan/explain/strategy-text';
import type { StrategyDecision } from '../../../lib/plan/strategy/strategy';
import { chat, decision, level, slow, steep, usdOf, web } from './support';

describe('the strategy is what costs least at equal protection', () => {
  test('a steep load gets floors by the hour, for one flat floor would have to be as high as the steps', () => {
    const { strategy } = decision({ workload: chat, protected: steep });
    expect(strategy).toMatchObject({ chosen: 'horizontal', inForce: 'horizontal', runnerUp: { name: 'reactive' } });
    expect(strategy.runnerUp?.usd).toBeGreaterThan(2 * strategy.usd);
    expect(strategy.runnerUp?.why).toMatch(/^costs \d+(\.\d+)? % more: one floor for the whole horizon: \d+, the lowest/);
  });
  test('what others cost more is told of what was chosen, and what was chosen is what it is compared with', () => {
    const made = decision({ workload: chat, protected: steep });
    const more = 100 * (usdOf(made, 'reactive') / usdOf(made, 'horizontal') - 1);
    expect(made.strategy.runnerUp?.why).toContain(`costs ${Number(more.toPrecision(4))} % more: `);
    const advised = decision({ workload: chat, protected: slow });
    const dearer = 100 * (usdOf(advised, 'horizontal') / usdOf(advised, 'reactive') - 1);
    expect(advised.strategy.reason).toContain(`horizontal, which is in force, costs ${Number(dearer.toPrecision(4))} % more`);
  });
  test('what another costs less is told of what was chosen, where it stays within the stickiness', () => {
    const near = decision({ workload: chat, protected: slow, median: 1 });
    const less = 100 * (1 - usdOf(near, 'reactive') / usdOf(near, 'horizontal'));
    expect(near.strategy.runnerUp?.why).toMatch(new RegExp(`^costs ${Number(less.toPrecision(4))} % less, within the stickiness of 3 %: `));
  });
  test('the only way is said to be that', () => {
    const made = decision({
      workload: {
        kind: 'training',
        form: 'deployment',
        load: { kind: 'csv', path: 'items.csv', unit: 'req/s' },
        replica: { gpus: 1, throughput: '10 req/s' },
        pool: 'l40s',
      },
      protected: level,
    });
    expect(made.strategy).toMatchObject({ chosen: 'horizontal', runnerUp: null });
    expect(made.strategy.reason).toMatch(/^the only way: \d+ trainers for the whole horizon$/);
  });
  test('ways that cost as much say so', () => {
    const made = decision({ workload: { ...chat, metric: undefined }, protected: level });
    expect(made.strategy).toMatchObject({ chosen: 'horizontal', runnerUp: { name: 'reactive' } });
    expect(made.strategy.runnerUp?.why).toMatch(/^costs as much: one floor for the whole horizon/);
    expect(made.strategy.reason).toMatch(/^the cheapest at equal protection: floors by the hour/);
  });
  test('a load that moves slowly is left to the autoscaler, which follows what comes instead of what might', () => {
    const { strategy } = decision({ workload: chat, protected: slow });
    expect(strategy).toMatchObject({ chosen: 'reactive', inForce: 'horizontal', runnerUp: { name: 'horizontal' } });
    expect(strategy.reason).toMatch(/horizontal, which is in force, costs [\d.]+ % more\. This is advice: scaling: 'auto' acts on it$/);
  });
  test('the same load, with nodes that boot slowly, is no longer left to it', () => {
    const wave = Array.from({ length: 48 }, (_, at) => 400 + 300 * Math.sin((2 * Math.PI * at) / 24));
    const boot = (bootTime: string) =>
      decision({ workload: chat, protected: wave, pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime } } }).strategy
        .chosen;
    expect([boot('1m'), boot('40m')]).toEqual(['reactive', 'horizontal']);
  });
  test('a forecast that is sure leaves nothing for the autoscaler to save', () => {
    expect(decision({ workload: chat, protected: slow, median: 1 }).strategy.chosen).toBe('horizontal');
  });
  test('a past in which the load jumped counts, however smooth the forecast is', () => {
    const jumps = Array.from({ length: 400 }, (_, at) => (at % 5 === 0 ? 440 : 100));
    expect(decision({ workload: chat, protected: slow, past: jumps }).strategy.chosen).toBe('horizontal');
  });
  test('where nothing lets an autoscaler follow the load, a flat floor is its highest need, all the time', () => {
    const made = decision({ workload: { ...chat, metric: undefined }, protected: steep });
    expect(made.strategy.chosen).toBe('horizontal');
    expect(made.strategy.options.find(({ name }) => name === 'reactive')).toMatchObject({ replicas: { fewest: 50, most: 50 } });
  });
  test('servers that are too large for a small load are better smaller ones', () => {
    const { strategy } = decision({
      workload: { ...web, machine: 'm7i.4xlarge', servers: 4 },
      protected: Array.from({ length: 48 }, () => 20),
    });
    expect(['vertical', 'hybrid']).toContain(strategy.chosen);
    expect(strategy.usd).toBeLessThan(0.8 * usdOf({ strategy } as StrategyDecision, 'horizontal'));
    expect(strategy.options.find(({ name }) => name === strategy.chosen)).toMatchObject({ restarts: 4 });
  });
  test('what is in force stays while nothing is cheaper by more than the stickiness', () => {
    const near = decision({ workload: chat, protected: slow, median: 1 });
    expect(usdOf(near, 'reactive')).toBeLessThan(usdOf(near, 'horizontal'));
    expect(near.strategy.chosen).toBe('horizontal');
    expect(near.strategy.runnerUp?.why).toMatch(/^costs [\d.]+ % less, within the stickiness of 3 %/);
  });
  property.prop(
    [fc.array(fc.integer({ min: 20, max: 600 }), { minLength: 24, maxLength: 48 }), fc.double({ min: 0.5, max: 1, noNaN: true })],
    {
      numRuns: 25,
    },
  )(
    'nothing that is possible is cheaper than what was chosen by more than the stickiness, and nothing is strained longer',
    (path, median) => {
      const { strategy } = decision({ workload: chat, protected: path, median });
      const prices = strategy.options.flatMap(({ usd }) => usd ?? []);
      expect(strategy.usd * (1 - 0.03)).toBeLessThanOrEqual(Math.min(...prices) * (1 + 1e-9));
      const [horizontal, reactive] = (['horizontal', 'reactive'] as const).map((name) =>
        strategy.options.find((option) => option.name === name),
      );
      expect(reactive?.strainedShare ?? 1).toBeLessThanOrEqual((horizontal?.strainedShare ?? 0) + 1e-8);
    },
  );
});

describe('sizes', () => {
  const model = { name: 'llama-3-70b', precision: 'fp8' };
  const big = { ...chat, model, replica: {}, tokens: { input: 900, output: 200 } };
  const pools = { l40s: { kind: 'gpuPool', instances: ['g6e.12xlarge', 'g6e.48xlarge'] } };
  test('a model on other numbers of GPUs is priced by the estimate, and is advice alone', () => {
    const { strategy, resources } = decision({ workload: big, protected: Array.from({ length: 24 }, () => 30), pools });
    const other = strategy.options.find(({ name }) => name === 'hybrid');
    expect(other?.usd).toBeGreaterThan(0);
    expect(other?.size).toMatch(/^\d L40S$/);
    expect(other?.needs).toMatch(/^replica: \{ gpus: \d \}, and an image that uses them$/);
    expect(resources.gpus).not.toBe(Number(other?.size?.[0]));
  });
  test('without a model nothing is said of other sizes', () => {
    const { strategy } = decision({ workload: chat, protected: level });
    expect(strategy.options.find(({ name }) => name === 'vertical')).toMatchObject({
      usd: null,
      why: 'without a model in the config nothing says what a replica of another size would do',
    });
  });
  test('workers of a job are compared with workers of other sizes that meet the deadline too', () => {
    const { strategy } = decision({
      workload: { kind: 'training', model: 'resnet50', samples: 1_281_167, epochs: 90, deadline: '24h', pool: 'a10g' },
      pools: { a10g: { kind: 'gpuPool', instances: ['g5.12xlarge', 'g5.xlarge'] } },
      protected: level,
    });
    expect(strategy.options.map(({ name }) => name)).toEqual(['horizontal', 'vertical', 'hybrid', 'reactive']);
    expect(strategy.options.find(({ name }) => name === 'vertical')).toMatchObject({ size: expect.stringMatching(/A10G$/) as string });
    expect(strategy.options.find(({ name }) => name === 'reactive')?.usd).toBeNull();
  });
  test('a ceiling of the config rules sizes out that would need more replicas, and nothing else', () => {
    const small = { ...web, machine: 'm7i.4xlarge', servers: 4, scaling: 'auto' };
    const of = (ceiling?: number) =>
      decision({ workload: { ...small, ceiling }, protected: Array.from({ length: 48 }, () => 30) }).strategy;
    const most = (ceiling?: number) => of(ceiling).options.find(({ name }) => name === 'hybrid')?.replicas?.most ?? 0;
    expect(most()).toBeGreaterThan(4);
    expect(most(4)).toBeLessThanOrEqual(4);
    expect(of(4).options.find(({ name }) => name === 'horizontal')).toEqual(of().options.find(({ name }) => name === 'horizontal'));
  });
  test('what was measured on another GPU type is carried over to other sizes as what it comes to here', () => {
    const small = { ...big, model: { name: 'llama-3-8b' } };
    const protectedPath = Array.from({ length: 24 }, () => 30);
    const on = { a10g: { kind: 'gpuPool', instances: ['g5.xlarge', 'g5.12xlarge'] } };
    const of = (replica: object) =>
      decision({ workload: { ...small, pool: 'a10g', replica: { gpus: 1, ...replica } }, protected: protectedPath, pools: on });
    const elsewhere = of({ throughput: '2 req/s', measuredOn: 'L40S' });
    const counted = elsewhere.demand.throughputPerReplica ?? NaN;
    expect(counted).toBeLessThan(2);
    const here = of({ throughput: `${counted.toFixed(9)} req/s` });
    const sizes = ({ strategy }: typeof here) => strategy.options.map(({ name, size, usd, why }) => ({ name, size, usd, why }));
    expect(sizes(elsewhere)).toEqual(sizes(here));
  });
  test('a measured throughput is carried over to other sizes by how the estimates differ', () => {
    const path = Array.from({ length: 24 }, () => 30);
    const of = (throughput: string) =>
      decision({ workload: { ...big, replica: { gpus: 4, throughput } }, protected: path, pools }).strategy;
    const most = (throughput: string) => of(throughput).options.find(({ name }) => name === 'hybrid')?.replicas?.most ?? NaN;
    // Half of what one does takes twice as many.
    expect(most('1 req/s')).toBeGreaterThanOrEqual(2 * most('2 req/s') - 1);
    expect(most('1 req/s')).toBeLessThanOrEqual(2 * most('2 req/s'));
  });
  test('no size leaves one replica alone where there are more', () => {
    const { strategy } = decision({ workload: web, protected: Array.from({ length: 48 }, () => 15) });
    for (const { replicas, name } of strategy.options)
      if (replicas && name !== 'reactive') expect(replicas.fewest).toBeGreaterThanOrEqual(2);
  });
});

describe('the plan acts where the config says so', () => {
  test('left out, sizes and floors stay as stated, whatever the strategy would be', () => {
    const made = decision({ workload: chat, protected: slow });
    const { floor } = decision({ workload: { ...chat, scaling: 'horizontal' }, protected: slow }).demand;
    expect(made.strategy.chosen).toBe('reactive');
    expect(made.demand.floor).toBe(floor);
    expect(made.floors).toBeUndefined();
  });
  test("'auto' takes the cheapest: one floor that KEDA does not move, and nodes for the protected load all the same", () => {
    const made = decision({ workload: { ...chat, scaling: 'auto' }, protected: slow });
    const stated = decision({ workload: chat, protected: slow });
    expect(made).toMatchObject({ floors: 'flat', strategy: { chosen: 'reactive', inForce: 'reactive' } });
    expect(made.demand.floor).toBe(made.strategy.options.find(({ name }) => name === 'reactive')?.replicas?.fewest);
    expect(made.demand.peak).toBe(stated.demand.peak);
    expect(made.demand.reasons.find(({ code }) => code === 'floor/hpa')?.text).toMatch(/strained no longer than with floors by the hour$/);
  });
  test('what it takes the place of is said where the plan acts on it and it changes, and not where it is advice or stays', () => {
    const acting = { ...chat, scaling: 'auto' };
    const changed = decision({ workload: acting, protected: slow });
    expect(changed.strategy.reason).toMatch(/, in place of horizontal: one floor/);
    expect(decision({ workload: chat, protected: slow }).strategy.reason).not.toContain('in place of');
    expect(decision({ workload: acting, protected: slow, before: changed }).strategy.reason).not.toContain('in place of');
    expect(decision({ workload: acting, protected: steep }).strategy.reason).not.toContain('in place of');
  });
  test("'auto' never takes what needs something else first, and says what that is", () => {
    const { strategy } = decision({
      workload: { ...chat, owner: 'manifests', metric: { kind: 'pods', name: 'x' }, scaling: 'auto' },
      protected: steep,
    });
    expect(strategy.chosen).toBe('reactive');
    expect(strategy.runnerUp).toMatchObject({
      name: 'horizontal',
      why: expect.stringMatching(/% less, and needs owner: 'keda'/) as string,
    });
  });
  test('what the previous plan acted on stays while nothing is cheaper by more than the stickiness', () => {
    const workload = { ...chat, scaling: 'auto' };
    const before = decision({ workload, protected: slow });
    expect(before.strategy.chosen).toBe('reactive');
    const after = { workload, protected: slow, median: 1 };
    expect(decision({ ...after, before }).strategy.chosen).toBe('reactive');
    expect(decision(after).strategy.chosen).toBe('horizontal');
  });
  test('a service on another machine asks for that machine, in as many replicas, and its autoscaler counts by it', () => {
    const workload = { ...web, machine: 'm7i.4xlarge', servers: 4 };
    const path = Array.from({ length: 48 }, () => 20);
    const stated = decision({ workload, protected: path });
    const made = decision({ workload: { ...workload, scaling: 'hybrid' }, protected: path });
    expect(made.strategy).toMatchObject({ chosen: 'hybrid', inForce: 'hybrid' });
    expect(made.resources.cpuMilli).toBeLessThan(stated.resources.cpuMilli / 2);
    expect(made.resources.server?.cpuMilli).toBeLessThan(stated.resources.server?.cpuMilli ?? 0);
    const cpus = (of: StrategyDecision) => of.demand.peak * (of.resources.server?.cpuMilli ?? 0);
    // 4 x 20 % of 16 CPU at 60 %: 21.3 CPU in whole servers.
    expect(cpus(made)).toBeGreaterThanOrEqual(21_333);
    expect(cpus(made)).toBeLessThanOrEqual(cpus(stated));
    expect(made.demand.reasons.some(({ code }) => code === 'strategy/size')).toBe(true);
  });
  test('while a forecast is withheld, the floor that is kept keeps the size that its replicas had, plan after plan', () => {
    const workload = { ...web, machine: 'm7i.4xlarge', servers: 4, scaling: 'hybrid' };
    const path = Array.from({ length: 48 }, () => 50);
    const before = decision({ workload, protected: path });
    const size = before.strategy.options.find(({ name }) => name === 'hybrid')?.size;
    const stated = { workload, protected: path, withheld: true } as const;
    const first = decision({ ...stated, before });
    expect(first.resources).toEqual(before.resources);
    expect(first.strategy).toMatchObject({ inForce: 'hybrid', keptSize: size, options: [] });
    expect(first.demand.floor).toBe(before.demand.floor);
    const second = decision({ ...stated, before: first });
    expect([second.resources, second.strategy.keptSize]).toEqual([before.resources, size]);
    const stateless = decision({ ...stated, workload: { ...workload, floor: 3 } });
    expect(stateless.resources.cpuMilli).toBeGreaterThan(before.resources.cpuMilli);
  });
  test('a flat floor stays flat while the forecast is withheld', () => {
    const workload = { ...chat, scaling: 'auto' };
    const before = decision({ workload, protected: slow });
    expect(decision({ workload, protected: slow, before, withheld: true })).toMatchObject({
      floors: 'flat',
      strategy: { inForce: 'reactive' },
    });
  });
  test('vertical keeps as many servers as there are, all the time', () => {
    const made = decision({ workload: { ...web, scaling: 'vertical' }, protected: steep.map((value) => value / 8) });
    expect(made).toMatchObject({ floors: 'flat', demand: { floor: 10, peak: 10 }, strategy: { chosen: 'vertical' } });
    expect(made.demand.schedule.steps.map(({ value }) => value)).toEqual([10]);
  });
  test.each([
    [
      { ...chat, scaling: 'vertical' },
      'workloads.it.scaling: cannot be vertical: without a model in the config nothing says what a replica of another size would do (got vertical). Hint: possible are auto, horizontal, reactive',
    ],
    [
      { ...chat, owner: 'manifests', metric: { kind: 'pods', name: 'x' }, scaling: 'horizontal' },
      "workloads.it.scaling: cannot be horizontal by itself: it needs owner: 'keda', which moves floors by the hour (got horizontal). Hint: possible are auto, reactive",
    ],
  ])('what cannot be is refused with what would make it possible: %#', (workload, sentence) => {
    expect(() => decision({ workload, protected: slow })).toThrow(sentence);
  });
});

test('explain says the strategy, the runner-up and its figure, and why the others are not possible', () => {
  const texts = strategyReasons(decision({ workload: chat, protected: steep }).strategy).map(({ text }) => text);
  expect(texts[0]).toMatch(
    /^strategy horizontal, \d+(\.\d+)? USD in the horizon were it alone in its pool: the cheapest at equal protection: floors by the hour/,
  );
  expect(texts[1]).toMatch(/^runner-up reactive, \d+(\.\d+)? USD: costs/);
  expect(texts.slice(2)).toEqual([expect.stringMatching(/^vertical is not possible/), expect.stringMatching(/^hybrid is not possible/)]);
  expect(strategyReasons(undefined)).toEqual([]);
});
