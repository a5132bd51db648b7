import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../../lib/adapters/config-file';
import { formatPlan, sealPlan } from '../../../lib/plan/file/format';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { parsePlan } from '../../../lib/plan/file/verify';
import { isProblemError, type Problem } from '../../../lib/problems';
import { foresize, root, sampleProject } from '../../support/foresize';

const text = readFileSync(join(root, 'capacity-plan.json'), 'utf8');
const { config } = readConfig(join(root, 'foresize.config.ts'));

type Editable<Value> = { -readonly [Key in keyof Value]: Editable<Value[Key]> };
type Edit = (plan: Editable<CapacityPlan>) => unknown;

/** The sample plan after an edit, with a digest as if foresize had written it. */
function edited(edit: Edit): string {
  const plan = JSON.parse(text) as Editable<CapacityPlan>;
  edit(plan);
  const { digest, ...rest } = plan;
  void digest;
  return formatPlan(sealPlan(rest));
}

function problemsOf(written: string): readonly Problem[] {
  try {
    parsePlan(written, 'plan.json', undefined, config);
    return [];
  } catch (error) {
    if (isProblemError(error)) return error.problems;
    throw error;
  }
}

test('the sample plan is sound and belongs to its config', () => expect(problemsOf(edited(() => undefined))).toEqual([]));

const group = (plan: Editable<CapacityPlan>) => plan.pools.l40s.groups[0];
const chat = (plan: Editable<CapacityPlan>) => plan.workloads.chat;

/** What is edited, how, and the place that the refusal names. */
const edits: readonly (readonly [what: string, edit: Edit, place: string])[] = [
  ['a floor above its peak', (plan) => (chat(plan).floor = 16), 'workloads.chat.floor'],
  ['a floor below zero', (plan) => (chat(plan).floor = -1), 'workloads.chat.floor'],
  ['half a replica', (plan) => (chat(plan).schedule[3].replicas = 5.5), 'workloads.chat.schedule[3].replicas'],
  ['a ceiling below the peak', (plan) => (chat(plan).ceiling = 9), 'workloads.chat.ceiling'],
  ['a peak that no step reaches', (plan) => (chat(plan).peak = 20), 'workloads.chat.peak'],
  [
    'a step that is not scheduled for its load',
    (plan) => chat(plan).schedule.forEach((step) => (step.replicas = Math.min(step.replicas, 5))),
    'workloads.chat.schedule',
  ],
  ['a floor by the hour that is not the lowest', (plan) => (plan.workloads.storefront.floor += 1), 'workloads.storefront.floor'],
  [
    'replicas that the nodes have no room for',
    (plan) => plan.workloads.images.schedule.forEach((step) => (step.replicas = plan.workloads.images.peak)),
    'pools.l40s.groups',
  ],
  ['steps out of order', (plan) => chat(plan).schedule.reverse(), 'workloads.chat.schedule[0].from'],
  ['a step after the horizon', (plan) => (chat(plan).schedule.at(-1)!.from = '2026-12-09T00:00:00Z'), 'workloads.chat.schedule[56].from'],
  ['a step at no time', (plan) => (chat(plan).schedule[1].from = '25:00'), 'workloads.chat.schedule[1].from'],
  ['a time that is none', (plan) => (chat(plan).load[7].from = 'at seven'), 'workloads.chat.load[7].from'],
  ['a load off the grid', (plan) => (chat(plan).load[7].from = '2026-11-23T07:30:00Z'), 'workloads.chat.load[7].from'],
  ['a period without its load', (plan) => chat(plan).load.pop(), 'workloads.chat.load'],
  ['a protected load below the median', (plan) => (chat(plan).load[0].protected = 1), 'workloads.chat.load[0].protected'],
  ['a load below zero', (plan) => (chat(plan).load[0].p50 = -3), 'workloads.chat.load[0].p50'],
  ['ten times the throughput', (plan) => (chat(plan).throughputPerReplica = 20), 'workloads.chat.load[0].replicas'],
  ['a target above 1', (plan) => (chat(plan).target = { load: 8 }), 'workloads.chat.target.load'],
  ['a share above 1', (plan) => (chat(plan).protect = 1.5), 'workloads.chat.protect'],
  ['another quantile than the config protects', (plan) => (chat(plan).protect = 0.5), 'workloads.chat.protect'],
  ['another owner', (plan) => ((chat(plan) as { owner: string }).owner = 'manifests'), 'workloads.chat.owner'],
  ['another lead time', (plan) => (chat(plan).leadSeconds = 0), 'workloads.chat.leadSeconds'],
  ['more GPUs a replica than the config says', (plan) => ((chat(plan).resources.gpus = 2), (chat(plan).floor = 2)), 'pools.l40s.groups'],
  ['more CPU than fits', (plan) => (chat(plan).resources.cpuMilli = 99_000), 'workloads.chat.resources.cpuMilli'],
  ['a workload of another pool', (plan) => (plan.workloads.resnet.pool = 'general'), 'workloads.resnet.pool'],
  ['a pool that is not there', (plan) => (plan.workloads.resnet.pool = 'b200'), 'workloads.resnet.pool'],
  ['a workload too few', (plan) => delete plan.workloads.distill, 'workloads.distill'],
  ['a workload too many', (plan) => (plan.workloads.shadow = plan.workloads.resnet), 'workloads.shadow'],
  ['a window that Kubernetes refuses', (plan) => (chat(plan).scaleDown!.windowSeconds = 86_400), 'workloads.chat.scaleDown.windowSeconds'],
  ['nodes below the floor of the group', (plan) => (group(plan).schedule[1].nodes = 1), 'pools.l40s.groups[0].floor'],
  ['a group whose floor is above its ceiling', (plan) => (group(plan).floor = 25), 'pools.l40s.groups[0].floor'],
  ['a ceiling that no node group may have', (plan) => (group(plan).ceiling = 9_000), 'pools.l40s.groups[0].ceiling'],
  [
    'another instance type',
    (plan) => ((group(plan).instanceType = 'p5.48xlarge'), (group(plan).name = 'l40s-p5-48xlarge')),
    'pools.l40s.groups[0].instanceType',
  ],
  [
    'an instance type with a command of Terraform',
    (plan) => (group(plan).instanceType = '${file("/etc/passwd")}'),
    'pools.l40s.groups[0].instanceType',
  ],
  ['a name that is not that of its instances', (plan) => (group(plan).name = 'l40s-other'), 'pools.l40s.groups[0].name'],
  [
    'two groups of one name',
    (plan) => ((plan.pools.l40s.groups[1].capacityType = 'on-demand'), (plan.pools.l40s.groups[1].name = group(plan).name)),
    'pools.l40s.groups[1].name',
  ],
  [
    'a capacity type that the config does not allow',
    (plan) => ((plan.pools.a10g.groups[0].capacityType = 'spot'), (plan.pools.a10g.groups[0].name += '-spot')),
    'pools.a10g.groups[0].capacityType',
  ],
  ['nodes with more GPUs than they have', (plan) => (group(plan).node.gpus = 8), 'pools.l40s.groups[0].node.gpus'],
  [
    'nodes with more memory than they have',
    (plan) => (group(plan).node.allocatableMemoryMiB = 32_000),
    'pools.l40s.groups[0].node.allocatableMemoryMiB',
  ],
  ['a zone that the network does not have', (plan) => ((group(plan).zone = '7'), (group(plan).name += '-7')), 'pools.l40s.groups[0].zone'],
  ['another owner of a pool', (plan) => ((plan.pools.general as { owner: string }).owner = 'autoscaler'), 'pools.general.owner'],
  ['a price below zero', (plan) => (group(plan).usdPerHour = -1), 'pools.l40s.groups[0].usdPerHour'],
  ['a price that its sums do not have', (plan) => (group(plan).usdPerHour = 0.1), 'pools.l40s.usd.p95'],
  ['a total that its parts do not have', (plan) => (plan.cost.usd.p95 = 1_000), 'cost.usd.p95'],
  ['an ordinary month that its parts do not have', (plan) => (plan.cost.usdPerMonth.p95 = 1_000), 'cost.usdPerMonth.p95'],
  ['a next month that is none of them', (plan) => (plan.cost.usdNextMonth.p95 = 1_000), 'cost.usdNextMonth.p95'],
  ['a bound above the cost', (plan) => (plan.cost.bound = 99_999), 'cost.bound'],
  ['a cost of what runs now that no pool has', (plan) => (plan.cost.usdPerMonth.now = 5), 'cost.usdPerMonth.now'],
  ['another name', (plan) => (plan.name = 'other'), 'name'],
  ['another region', (plan) => (plan.region = 'eu-west-1'), 'region'],
  ['a region that is none', (plan) => (plan.region = '${var.region}'), 'region'],
  ['another time zone', (plan) => (plan.timeZone = 'Europe/Berlin'), 'timeZone'],
  ['another period', (plan) => (plan.period = '30m'), 'workloads.chat.load'],
  ['another horizon', (plan) => (plan.horizon = '14d'), 'workloads.chat.load'],
  ['a validity without end', (plan) => (plan.validUntil = '2036-11-30T00:00:00Z'), 'validUntil'],
  ['a longer validity than the config says', (plan) => (plan.validUntil = '2026-11-29T00:00:00Z'), 'validUntil'],
  ['a plan as of another day', (plan) => (plan.asOf = '2026-11-25T00:00:00Z'), 'asOf'],
  ['data that no history has', (plan) => (plan.dataThrough = '2026-11-27T00:00:00Z'), 'dataThrough'],
  [
    'a history that ends before it begins',
    (plan) => (plan.sources.history['images.load'].to = '2026-01-01T00:00:00Z'),
    'sources.history.images.load.to',
  ],
  ['a digest that is none', (plan) => (plan.sources.catalog = 'sha256:abc'), 'sources.catalog'],
  ['an entry of another sort', (plan) => ((chat(plan) as { ceiling: unknown }).ceiling = '30'), 'workloads.chat.ceiling'],
  ['a field that no plan has', (plan) => ((chat(plan) as { replicas?: number }).replicas = 3), 'workloads.chat.replicas'],
];

test('there are edits of every kind of field', () => expect(edits.length).toBeGreaterThanOrEqual(33));

test.each(edits)('%s is refused with its place, whatever the digest says', (_, edit, place) => {
  const problems = problemsOf(edited(edit));
  expect(problems.map(({ path }) => path)).toContain(`plan.json: ${place}`);
  for (const { code, hint } of problems) {
    expect(code).toMatch(/^plan\/(out-of-range|contradiction|not-of-config|wrong-field|unknown-field)$/);
    expect(hint).toMatch(/foresize plan|config/);
  }
});

test('an infinite number is refused, as every number that is none', () => {
  const infinite = text.replace(/"bound": [\d.]+/, '"bound": 1e999');
  expect(problemsOf(infinite).map(({ path }) => path)).toContain('plan.json: cost.bound');
});

test('synth --frozen emits nothing from such a plan', () => {
  const folder = sampleProject();
  writeFileSync(
    join(folder, 'capacity-plan.json'),
    edited((plan) => (group(plan).node.gpus = 8)),
  );
  const { status, stderr } = foresize(folder, ['synth', '--frozen']);
  expect(stderr).toMatch(
    /error: capacity-plan\.json: pools\.l40s\.groups\[0\]\.node\.gpus: is not what the config says \(expected 1, got 8\)/,
  );
  expect([status, existsSync(join(folder, 'cdk8s.out')), existsSync(join(folder, 'cdktf.out'))]).toEqual([1, false, false]);
});
