import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { filesOf, foresize, root, sampleProject } from '../support/foresize';

const first = sampleProject();
const outcome = foresize(first, ['synth', '--refresh']);
const planText = existsSync(join(first, 'capacity-plan.json')) ? readFileSync(join(first, 'capacity-plan.json'), 'utf8') : '{}';
const plan = JSON.parse(planText) as CapacityPlan;
const outputs = (folder: string) => ({
  ...filesOf(join(folder, 'cdktf.out')),
  ...filesOf(join(folder, 'cdk8s.out')),
  plan: readFileSync(join(folder, 'capacity-plan.json'), 'utf8'),
});

describe('the main job on the sample', () => {
  test('succeeds and ends with a table and what the cluster must have', () => {
    expect(outcome.stderr).not.toContain('error:');
    expect(outcome.status).toBe(0);
    for (const name of Object.keys(plan.workloads)) expect(outcome.stdout).toMatch(new RegExp(`^${name} `, 'm'));
    expect(outcome.stdout).toMatch(/^total /m);
    expect(outcome.stdout).toContain('the cluster must have:');
  });
  test('writes the plan that is committed', () => {
    expect(planText).toBe(readFileSync(join(root, 'capacity-plan.json'), 'utf8'));
  });
  test('emits a cluster, node groups and every kind of workload and autoscaler', () => {
    const text = Object.values(outputs(first)).join('\n');
    for (const kind of ['aws_eks_cluster', 'aws_eks_node_group', 'aws_autoscaling_schedule', 'aws_launch_template'])
      expect(text).toContain(`"${kind}"`);
    for (const kind of [
      'Deployment',
      'Job',
      'HorizontalPodAutoscaler',
      'ScaledObject',
      'PodDisruptionBudget',
      'NetworkPolicy',
      'ServiceAccount',
    ])
      expect(text).toMatch(new RegExp(`^kind: ${kind}$`, 'm'));
  });
  test('emits no absolute path and no time but those of the plan', () => {
    for (const [name, text] of Object.entries(outputs(first))) {
      expect([name, text.includes(first), text.includes(root)]).toEqual([name, false, false]);
      const years = [...text.matchAll(/\b20\d\d-\d\d-\d\dT/g)].map(([time]) => time.slice(0, 7));
      expect(years.filter((month) => month < '2026-08' || month > '2026-12')).toEqual([]);
    }
  });
});

describe('every floor and ceiling that is emitted stands in the plan', () => {
  type Manifest = { kind: string; metadata: { name: string }; spec: Record<string, never> };
  const manifests = Object.entries(filesOf(join(first, 'cdk8s.out'))).flatMap(([, text]) =>
    parseAllDocuments(text).map((document) => document.toJS() as Manifest),
  );
  const byKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);

  test('HorizontalPodAutoscaler', () => {
    expect(byKind('HorizontalPodAutoscaler').length).toBeGreaterThan(0);
    for (const { metadata, spec } of byKind('HorizontalPodAutoscaler')) {
      expect(spec).toMatchObject({ minReplicas: plan.workloads[metadata.name].floor, maxReplicas: plan.workloads[metadata.name].ceiling });
    }
  });
  test('ScaledObject', () => {
    expect(byKind('ScaledObject').some(({ metadata }) => plan.workloads[metadata.name].floors !== 'flat')).toBe(true);
    for (const { metadata, spec } of byKind('ScaledObject')) {
      const { floor, ceiling, schedule, floorSchedule, floors } = plan.workloads[metadata.name];
      expect(spec).toMatchObject({ minReplicaCount: floor, maxReplicaCount: ceiling });
      const planned = new Set((floorSchedule ?? schedule).map(({ replicas }) => String(replicas)));
      const triggers = (spec as unknown as { triggers: { type: string; metadata: { desiredReplicas: string } }[] }).triggers.filter(
        ({ type }) => type === 'cron',
      );
      expect(triggers.length > 0).toBe(floors !== 'flat');
      for (const trigger of triggers) expect(planned).toContain(trigger.metadata.desiredReplicas);
    }
  });
  test('node groups of Terraform', () => {
    type Group = {
      node_group_name: string;
      scaling_config: { min_size: number | string; desired_size: number | string; max_size: number | string };
    };
    type Stack = { resource: { aws_eks_node_group: Record<string, Group> }; locals: Record<string, unknown> };
    const [, text] = Object.entries(filesOf(join(first, 'cdktf.out'))).find(([name]) => /capacity.*cdk\.tf\.json$/.test(name)) ?? [
      '',
      '{}',
    ];
    const { resource, locals } = JSON.parse(text) as Stack;
    const emitted = Object.values(resource.aws_eks_node_group);
    const planned = Object.values(plan.pools).flatMap((pool) => pool.groups.map((group) => ({ ...group, owner: pool.owner })));
    expect(emitted.map((group) => group.node_group_name).sort()).toEqual(planned.map(({ name }) => name).sort());
    for (const { name, owner, floor, peak, ceiling, schedule } of planned) {
      const sizes = emitted.find((group) => group.node_group_name === name)?.scaling_config;
      if (owner === 'terraform') expect(sizes).toEqual({ min_size: peak, desired_size: peak, max_size: peak });
      else expect(sizes?.max_size).toMatch(new RegExp(`^\\$\\{max\\(${ceiling}, local\\.`));
      if (owner === 'autoscaler') {
        expect(sizes?.min_size).toBe(floor);
        expect(sizes?.desired_size).toMatch(new RegExp(`^\\$\\{max\\(${floor}, local\\.`));
      }
      if (owner === 'schedule') expect(Object.values(locals)).toContainEqual(schedule);
    }
  });
});

describe('the same inputs give the same bytes', () => {
  const expected = outputs(first);
  test('in another folder, in another time zone and locale, with one worker', () => {
    const folder = sampleProject();
    const elsewhere = { TZ: 'Asia/Tokyo', LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' };
    expect(foresize(folder, ['synth', '--refresh', '--workers', '1'], elsewhere).status).toBe(0);
    expect(outputs(folder)).toEqual(expected);
  });
  test('a second run over the plan of the first, with four workers, changes nothing', () => {
    const again = foresize(first, ['synth', '--refresh', '--workers', '4']);
    expect(again.stdout).toContain('capacity-plan.json stays as it is: unchanged');
    expect(outputs(first)).toEqual(expected);
  });
  test('synth --frozen gives the same output from the plan alone', () => {
    expect(foresize(first, ['synth', '--frozen']).status).toBe(0);
    expect(outputs(first)).toEqual(expected);
  });
});

describe('what changes no size keeps the plan valid', () => {
  test('another image tag and a comment', () => {
    const folder = sampleProject();
    const config = join(folder, 'foresize.config.ts');
    writeFileSync(join(folder, 'capacity-plan.json'), planText);
    writeFileSync(config, `// a comment\n${readFileSync(config, 'utf8').replace('chat:1.4.2', 'chat:1.5.0')}`);
    const frozen = foresize(folder, ['synth', '--frozen']);
    expect(frozen.status).toBe(0);
    expect(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')).toBe(planText);
    expect(Object.values(filesOf(join(folder, 'cdk8s.out'))).join('\n')).toContain('chat:1.5.0');
  });
  test('another throughput does not: --frozen refuses, and says why', () => {
    const folder = sampleProject();
    const config = join(folder, 'foresize.config.ts');
    writeFileSync(join(folder, 'capacity-plan.json'), planText);
    writeFileSync(config, readFileSync(config, 'utf8').replace("'2 req/s'", "'3 req/s'"));
    const frozen = foresize(folder, ['synth', '--frozen']);
    expect(frozen.status).toBe(1);
    expect(frozen.stderr).toMatch(/capacity-plan\.json: was made from another config/);
    expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
  });
});
