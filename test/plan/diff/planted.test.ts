import { diffPlans } from '../../../lib/plan/diff';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { diffText } from '../../../lib/report/diff-text';
import { HOUR_MS } from '../../../lib/units';
import { rawConfig } from '../../support/config';
import { hourlyCsv, wave } from '../../support/foresize';
import { planOf } from '../../support/planner';

/** One change of what a plan is made from, and what the difference says of it. */
type Planted = {
  readonly name: string;
  readonly change: (config: Config) => object;
  /** Of the history; what the plan before is made from where left out. */
  readonly load?: (hour: number) => number;
  readonly hours?: number;
  /** Whether it is made after the plan before, which guardrails look at. */
  readonly follows?: true;
  /** The kind of the largest cause, and who it is of; `null`: no dollar differs. */
  readonly cause: readonly [kind: string, of: string] | null;
  readonly says: readonly (string | RegExp)[];
};
type Config = ReturnType<typeof base>;

/** With some noise, so that forecasts are unsure. */
const usual = (hour: number) => 4 * wave(hour) + 12 * Math.sin(hour * hour);
const days = 15;

const chat = {
  ...rawConfig().workloads.chat,
  load: { kind: 'csv', path: 'chat.csv', unit: 'req/s' },
  replica: { gpus: 1, throughput: '6 req/s' },
  replay: 'off',
};
const search = { ...chat, load: { ...chat.load, path: 'search.csv' }, pool: 'l4' };
const launch = { workload: 'chat', floor: 60, until: '2026-11-23T12:00:00Z', because: 'a launch', by: 'ann' };
const sale = { name: 'sale', dates: ['2026-11-23'], uplift: 1.5, workload: 'chat', why: 'as marketing says' };

function base() {
  return {
    ...rawConfig(),
    timeZone: 'UTC',
    workloads: { chat, search } as Record<string, object>,
    pools: {
      l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] },
      l4: { kind: 'gpuPool', instances: ['g6.xlarge'] },
    } as Record<string, object>,
    events: [] as object[],
    guardrails: { onStep: 'warn', stepUp: 10, stepDown: 1 } as object,
  };
}

const withChat = (change: object) => (config: Config) => ({ ...config, workloads: { ...config.workloads, chat: { ...chat, ...change } } });
const withPool = (change: object) => (config: Config) => ({
  ...config,
  pools: { ...config.pools, l40s: { ...config.pools.l40s, ...change } },
});
const same = (config: Config) => config;

const planted: readonly Planted[] = [
  {
    name: 'nothing',
    change: same,
    cause: null,
    says: ['nothing that is deployed, no dollar and no warning differs'],
  },
  {
    name: 'an image alone',
    change: withChat({ image: 'example.com/chat:2' }),
    cause: null,
    says: ['nothing that is deployed'],
  },
  {
    name: 'a load a fifth higher',
    change: same,
    load: (hour) => 1.2 * usual(hour),
    cause: ['load', 'chat'],
    says: [/chat +load without events is forecast (19|20|21) % higher/, /unchanged: search, l4$/m, /floor most apart at/],
  },
  {
    name: 'a load a third lower',
    change: same,
    load: (hour) => 0.67 * usual(hour),
    cause: ['load', 'chat'],
    says: [/chat +load without events is forecast (32|33|34) % lower/],
  },
  {
    name: 'an event',
    change: (config) => ({ ...config, events: [sale] }),
    cause: ['event', 'chat'],
    says: [/chat +sale on 2026-11-23 \(x1\.5\) comes/],
  },
  {
    name: 'a price',
    change: (config) => ({ ...config, prices: { 'g6e.xlarge': '2.5 USD/h' } }),
    cause: ['price', 'l40s'],
    says: [
      /l40s +an hour of g6e\.xlarge \(on-demand\) costs 1\.86 -> 2\.50 USD/,
      /l40s-g6e-xlarge, an hour 1\.86 USD -> 2\.50 USD: the config/,
      /unchanged: chat, search, l4$|chat in l40s: \+/m,
    ],
  },
  {
    name: 'a replica that carries less',
    change: withChat({ replica: { gpus: 1, throughput: '4 req/s' } }),
    cause: ['throughput', 'chat'],
    says: ['load that a replica carries 6 -> 4 req/s', 'load of a replica 6 req/s -> 4 req/s: the config'],
  },
  {
    name: 'a target',
    change: withChat({ target: 0.5 }),
    cause: ['target', 'chat'],
    says: ['target 0.8 -> 0.5', 'its scaling object changes; no pod is started anew'],
  },
  {
    name: 'a quantile',
    change: withChat({ protect: 0.5 }),
    cause: ['protect', 'chat'],
    says: ['quantile of the load that is covered 0.95 -> 0.5'],
  },
  {
    name: 'two GPUs a replica',
    change: (config) => withPool({ instances: ['g6e.12xlarge'] })(withChat({ replica: { gpus: 2, throughput: '6 req/s' } })(config)),
    cause: ['size', 'chat'],
    says: ['a replica asks for 1 -> 2 GPU', 'every pod starts anew: GPUs 1 -> 2', 'new node groups: l40s-g6e-12xlarge'],
  },
  {
    name: 'other instance types',
    change: withPool({ instances: ['g6e.2xlarge'] }),
    cause: ['nodes', 'l40s'],
    says: [
      'other nodes: l40s-g6e-2xlarge comes; l40s-g6e-xlarge goes',
      'new node groups: l40s-g6e-2xlarge',
      'l40s-g6e-xlarge is taken away',
    ],
  },
  {
    name: 'a longer cold start',
    change: withChat({ coldStart: '50m' }),
    cause: ['lead', 'chat'],
    says: ['lead 10m -> 54m'],
  },
  {
    name: 'a least number of replicas',
    change: withChat({ floor: 40 }),
    cause: ['config', 'chat'],
    says: ['the config has changed', /floor \d+ -> 40/],
  },
  {
    name: 'a ceiling of the config',
    change: withChat({ ceiling: 80 }),
    cause: null,
    says: [/ceiling \d+ -> 80: the config/, 'its scaling object changes; no pod is started anew'],
  },
  {
    name: 'a fall that a guardrail holds',
    change: (config) => ({ ...config, guardrails: { onStep: 'limit', stepDown: 0.1 } }),
    load: (hour) => 0.5 * usual(hour),
    follows: true,
    cause: ['load', 'chat'],
    says: ['workloads.chat: ', /guardrails\.stepDown/],
  },
  {
    name: 'a quota that binds',
    change: (config) => ({
      ...config,
      limits: { quotas: { 'L-DB2E81BA': '620 vCPU' } },
      pools: { ...config.pools, l4: { kind: 'gpuPool', instances: ['g6.xlarge', 'g6.2xlarge'] } },
    }),
    cause: null,
    says: [/ceiling 152 -> \d+: the config/],
  },
  {
    name: 'a floor that somebody sets for a time',
    change: (config) => ({ ...config, overrides: [launch] }),
    cause: ['override', 'chat'],
    says: [
      /chat +override comes: floor 60 until 2026-11-23T12:00:00Z, by ann: a launch/,
      /overrides none -> floor 60 until .*: the config/,
      'its scaling object changes; no pod is started anew',
    ],
  },
  {
    name: 'a ceiling that somebody raises for a time',
    change: (config) => ({ ...config, overrides: [{ ...launch, floor: undefined, ceiling: 300 }] }),
    cause: null,
    says: [/ceiling \d+ -> 300: override comes: ceiling 300 until .*, by ann: a launch/],
  },
  {
    name: 'another owner of the floor',
    change: withChat({ owner: 'manifests', metric: { kind: 'cpu' } }),
    cause: ['policy', 'chat'],
    says: ['its replicas are moved by manifests in place of keda'],
  },
  {
    name: 'another owner of the nodes',
    change: withPool({ owner: 'terraform' }),
    cause: ['nodes', 'l40s'],
    says: ['nodes are moved by terraform in place of autoscaler'],
  },
  {
    name: 'a workload that goes',
    change: ({ workloads, ...config }) => ({ ...config, workloads: { chat: workloads.chat }, pools: { l40s: config.pools.l40s } }),
    cause: ['removed', 'l4'],
    says: ['search in l4, removed', 'what prunes takes them away', 'pool l4, removed'],
  },
  {
    name: 'a workload that comes',
    change: (config) => ({ ...config, workloads: { ...config.workloads, new: search } }),
    cause: ['added', 'new'],
    says: ['new in l4, added', 'its objects are new'],
  },
  {
    name: 'a workload that moves to another pool',
    change: (config) => ({ ...config, workloads: { chat, search: { ...search, pool: 'l40s' } }, pools: { l40s: config.pools.l40s } }),
    cause: ['moved', 'search'],
    says: ['moves from l4', 'pool removed, with search', 'pool l4 -> l40s', /every pod starts anew: .*it is placed on other nodes/],
  },
  {
    name: 'a day that has passed',
    change: same,
    hours: (days + 1) * 24,
    cause: ['load', 'chat'],
    says: ['plan for 2026-11-24T00:00:00Z'],
  },
];

describe('what is planted in the inputs of a plan is what the difference says', () => {
  let before: CapacityPlan;
  beforeAll(async () => {
    before = await made(base(), usual, days * 24);
  });

  test.each(planted.map((one) => [one.name, one] as const))(
    '%s',
    async (_, { change, load = usual, hours = days * 24, follows, cause, says }) => {
      const after = await made(change(base()), load, hours, follows && before);
      const diff = diffPlans(before, after);
      const text = diffText(diff);
      for (const part of says) expect(text).toMatch(part);
      expect(diff.causes.length === 0 ? null : [diff.causes[0].kind, diff.causes[0].of]).toEqual(cause);
      const sum = diff.causes.reduce((total, { usd }) => total + usd, 0);
      expect(sum).toBeCloseTo(after.cost.usd.p95 - before.cost.usd.p95, 1);
    },
  );
});

function made(config: object, load: (hour: number) => number, hours: number, previous?: CapacityPlan): Promise<CapacityPlan> {
  const end = Date.UTC(2026, 10, 8) + hours * HOUR_MS;
  return planOf(config, { 'chat.csv': hourlyCsv(hours, load, end), 'search.csv': hourlyCsv(hours, usual, end) }, { previous });
}
