import { fitProblems } from '../../../constructs/kubernetes/pods-fit';
import { plannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { pod } from '../../../lib/config/check-pod';
import { renderProblem } from '../../../lib/problems';
import { samplePlan } from '../../support/sample-plan';
import { workloadWith } from './support';

const resources = (fields: object) => ({ resources: { ...samplePlan().workloads.chat.resources, ...fields } });
const fits = (fields: object) => fitProblems(workloadWith('chat', resources(fields))).length === 0;

test('every workload of the sample plan fits its pool', () => {
  const plan = samplePlan();
  for (const name of Object.keys(plan.workloads)) expect(fitProblems(plannedWorkload(plan, name))).toEqual([]);
});

test.each([
  ['GPUs', { gpus: 4 }, { gpus: 5 }],
  ['CPU, less what DaemonSets take', { cpuMilli: 47810 - 200 }, { cpuMilli: 47810 - 199 }],
  ['memory, less what DaemonSets take', { memoryMiB: 362269 - 512 }, { memoryMiB: 362269 - 511 }],
])('the largest node sets the limit of %s', (_, most, tooMuch) => {
  expect(fits(most)).toBe(true);
  expect(fits(tooMuch)).toBe(false);
});

test('a node must have room for all of a pod: GPUs on one node and memory on another are no place', () => {
  const workload = workloadWith('chat', resources({ gpus: 1, memoryMiB: 100000 }));
  const groups = workload.pool.groups.map((group, index) => (index === 1 ? { ...group, node: { ...group.node, gpus: 0 } } : group));
  const problems = fitProblems({ ...workload, pool: { ...workload.pool, groups } });
  expect(problems.map(renderProblem)).toEqual([
    "workloads.chat: a replica fits no node group of pool 'l40s' (expected at most what one node has left for pods, " +
      'got on l40s-g6e-xlarge: 100000 MiB of 28805; on l40s-g6e-12xlarge-spot: 1 GPU of 0). ' +
      'Hint: ask for less per replica, or add a larger instance type to the pool, and run `foresize plan`',
  ]);
});

test('what containers beside the main one ask for counts, less what the plan has counted already', () => {
  const chat = workloadWith('chat', resources({ cpuMilli: 47810 - 200 }));
  const beside = pod({ containers: { proxy: { image: 'registry.example.com/proxy:1', cpu: '100m', memory: '64 MiB' } } });
  expect(fitProblems(chat, beside)).toHaveLength(1);
  const counted = { ...chat.plan.resources, beside: { cpuMilli: 100, memoryMiB: 64 } };
  expect(fitProblems({ ...chat, plan: { ...chat.plan, resources: counted } }, beside)).toEqual([]);
});

test('an init container counts alone where it asks for more than all that runs after it', () => {
  const init = (memory: string) => pod({ initContainers: { load: { image: 'registry.example.com/load:1', memory } } });
  expect(fitProblems(workloadWith('chat'), init('300 GiB'))).toEqual([]);
  expect(fitProblems(workloadWith('chat'), init('400 GiB'))).toHaveLength(1);
});

test('a pool without node groups holds nothing', () => {
  const workload = workloadWith('chat');
  expect(fitProblems({ ...workload, pool: { ...workload.pool, groups: [] } })[0].received).toBe('a pool without node groups');
});
