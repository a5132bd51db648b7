import { renderProblem } from '../../../lib/problems';
import { lacksOf, unservedClasses } from '../../../lib/sizing/problem/unserved';
import type { HorizonClass } from '../../../lib/sizing/problem/horizon';
import { kind, node, type TestOffering } from '../search/support';

const small = node('small', { usdPerHour: 1 });
const sentences = (offerings: readonly TestOffering[], one: HorizonClass, demand: readonly number[] = [1]) =>
  unservedClasses({ offerings, classes: [one], demand: { [one.name]: demand } }).map(renderProblem);

test('a class that some offering serves, or that nobody wants, is no problem', () => {
  expect(sentences([small], kind('a'))).toEqual([]);
  expect(sentences([small], kind('a', { cpuMilli: 9_000 }), [0, 0])).toEqual([]);
  expect(sentences([small], kind('a', { cpuMilli: 9_000 }), [0, 1])).toHaveLength(1);
  expect(unservedClasses({ offerings: [], classes: [kind('a')], demand: {} })).toEqual([]);
});

test('a class whose GPU nothing has is told which it runs on and which there are', () => {
  const one = kind('a', { on: { h100: { gpus: 1, throughput: 1 }, b200: { gpus: 1, throughput: 1 } } });
  const cpu = node('cpu', { gpu: null, gpus: 0, usdPerHour: 1 });
  expect(sentences([small, cpu, node('other', { usdPerHour: 2 })], one)).toEqual([
    'classes.a.on: no offering has a GPU that a runs on (expected b200 or h100, got l40s, none). Hint: add an instance type with such a GPU',
  ]);
  expect(sentences([], one)).toEqual([
    'classes.a.on: no offering has a GPU that a runs on (expected b200 or h100, got no offerings). Hint: add an instance type with such a GPU',
  ]);
});

test('a class that is too large is told what the largest node lacks: the one with most GPUs, then memory, then CPU', () => {
  const one = kind('a', { cpuMilli: 90_500, memoryMiB: 1_024_000, path: 'workloads.a.replica', pool: 'p' });
  const make = (name: string, fields: Partial<TestOffering>) => ({ ...node(name, { usdPerHour: 1 }), pool: 'p', ...fields });
  const largest = (...fields: readonly Partial<TestOffering>[]) =>
    /the largest, (\w+),/.exec(
      sentences(
        fields.map((each, index) => make(`n${index}`, each)),
        one,
      )[0],
    )?.[1];
  expect(largest({ gpus: 2 }, { gpus: 4 }, { memoryMiB: 512_000 })).toBe('n1');
  expect(largest({ memoryMiB: 512_000 }, { cpuMilli: 80_000 })).toBe('n0');
  expect(largest({}, { cpuMilli: 80_000 }, {})).toBe('n1');
  expect(largest({}, {})).toBe('n0');
  expect(sentences([make('n', { memoryMiB: 512_000, pods: 0 })], one)).toEqual([
    'workloads.a.replica: a replica of a is larger than any node: the largest, n, is 86.5 CPU and 500 GiB and 1 pod short. Hint: ask for less, or add a larger instance type to pools.p.instances',
  ]);
});

test('what keeps several classes off a node is told of the one that lacks the fewest things', () => {
  const far = kind('far', { cpuMilli: 5_000, memoryMiB: 18_048 });
  const near = kind('near', { on: { l40s: { gpus: 3, throughput: 1 } } });
  const elsewhere = kind('elsewhere', { on: { h100: { gpus: 9, throughput: 1 } } });
  expect(lacksOf(small, [far, near, elsewhere])).toBe('2 GPU');
  expect(lacksOf(small, [far])).toBe('1 CPU and 2 GiB');
  expect(lacksOf(small, [elsewhere, kind('b', { on: { b200: { gpus: 1, throughput: 1 } } })])).toBe('a GPU of type b200 or h100');
  expect(lacksOf(node('cpu', { gpu: null, gpus: 0, usdPerHour: 1 }), [near])).toBe('a GPU of type l40s');
});
