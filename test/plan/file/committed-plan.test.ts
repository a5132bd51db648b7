import { join } from 'node:path';
import { loadProject } from '../../../lib/project/project';
import { offeringsOf } from '../../../lib/catalog/offerings';
import { checkPacking } from '../../support/check-packing';
import { HOURS_PER_MONTH, parseTime } from '../../../lib/units';

const { config, plan } = loadProject({ config: join(__dirname, '../../../foresize.config.ts') });
const time = (text: string) => parseTime(text) ?? NaN;
const at = <T extends { from: string }>(schedule: readonly T[], moment: number) =>
  schedule.findLast((step) => time(step.from) <= moment) ?? schedule[0];

describe.each(Object.entries(plan.pools))('pool %s of the committed plan', (name, pool) => {
  const members = Object.entries(plan.workloads).filter(([, workload]) => workload.pool === name);
  const { instances, capacity } = config.pools[name];
  const offerings = offeringsOf({ instances, capacity, region: config.region });
  const sizing = {
    name,
    offerings,
    ceiling: null,
    spotShare: 1,
    classes: members.map(([workload, { resources }]) => ({ workload, ...resources })),
  };
  const idOf = ({ instanceType, capacityType }: { instanceType: string; capacityType: string }) =>
    `${name}/${instanceType}/${capacityType}`;
  const moments = [
    ...new Set(
      [...members.flatMap(([, { schedule }]) => schedule), ...pool.groups.flatMap(({ schedule }) => schedule)].map(({ from }) =>
        time(from),
      ),
    ),
  ];

  test('holds every replica at every moment at which anything changes', () => {
    expect(moments.length).toBeGreaterThan(1);
    for (const moment of moments) {
      const nodes = Object.fromEntries(pool.groups.map((group) => [idOf(group), at(group.schedule, moment).nodes]));
      const replicas = Object.fromEntries(members.map(([workload, { schedule }]) => [workload, at(schedule, moment).replicas]));
      expect([moment, checkPacking(sizing, nodes, replicas)]).toEqual([moment, null]);
    }
  });
  test('can hold the ceilings of all its workloads at once', () => {
    const nodes = Object.fromEntries(pool.groups.map((group) => [idOf(group), group.ceiling]));
    const replicas = Object.fromEntries(members.map(([workload, { ceiling }]) => [workload, ceiling]));
    expect(checkPacking(sizing, nodes, replicas)).toBeNull();
  });
  test('keeps its ceiling, with all groups at theirs', () => {
    const ceiling = config.pools[name].ceiling;
    const gpus = pool.groups.reduce((sum, group) => sum + group.ceiling * group.node.gpus, 0);
    expect(gpus).toBeLessThanOrEqual(ceiling?.unit === 'GPU' ? ceiling.amount : Infinity);
  });
  test('costs what its nodes cost, hour by hour', () => {
    const [begin, end] = [Math.min(...moments), Math.min(...moments) + config.horizon];
    const edges = [...moments.sort((a, b) => a - b), end];
    const usd = edges.slice(0, -1).reduce((sum, moment, index) => {
      const hourly = pool.groups.reduce((total, group) => total + at(group.schedule, moment).nodes * group.usdPerHour, 0);
      return sum + (hourly * (edges[index + 1] - moment)) / 3_600_000;
    }, 0);
    expect(((usd * 3_600_000) / (end - begin)) * HOURS_PER_MONTH).toBeCloseTo((pool.usd.p95 / 168) * HOURS_PER_MONTH, 0);
  });
});

test('all groups at their ceilings keep the quota', () => {
  const vCpu = Object.values(plan.pools)
    .flatMap(({ groups }) => groups)
    .filter(({ instanceType, capacityType }) => /^g/.test(instanceType) && capacityType === 'on-demand')
    .reduce((sum, { ceiling, node }) => sum + ceiling * node.vCpu, 0);
  expect(vCpu).toBeLessThanOrEqual(config.limits.quotas['L-DB2E81BA']);
});

test('what each workload costs adds up to the whole', () => {
  const shares = Object.values(plan.workloads).reduce((sum, { usdPerMonth }) => sum + usdPerMonth.p95, 0);
  expect(shares).toBeCloseTo(plan.cost.usdPerMonth.p95, 0);
});

test('a replay says whether its record shows what happens within the hour, which one by the hour does not', () => {
  const judged = Object.values(plan.workloads).flatMap(({ replay }) => (replay === null ? [] : [replay.judged]));
  expect(judged).toEqual(['not within the hour', 'not within the hour']);
});
