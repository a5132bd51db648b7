import type { Offering } from '../../../lib/catalog/offering';
import { fitsOn, outsideReservations, titleOf } from '../../../lib/sizing/problem/reserved-time';
import { hourly, hourMs, monday, offering, pool, replica } from '../support';

const reserved = (id: string, from: number, to: number, fields: Partial<Offering> = {}): Offering =>
  offering('g.one', {
    usdPerHour: 0,
    ...fields,
    id: `g.one/reserved/${id}`,
    capacityType: fields.capacityType ?? 'reserved',
    reservation: { id, count: 2, from, to, path: `pools.p.reserved.${id}.count`, oneMoreUsdPerHour: null },
  });
const at = (hour: number) => monday + hour * hourMs;
const chat = replica('chat', 1);
const sentencesOf = (offerings: readonly Offering[], counts: readonly number[], classes = [chat]) =>
  outsideReservations(
    pool('p', { offerings, classes }),
    hourly(counts.map((count) => Object.fromEntries(classes.map(({ workload }) => [workload, count])))),
  ).map(({ path, message }) => `${path}: ${message}`);

test('replicas that fit on nothing but a reservation are told until when it can be used', () => {
  expect(sentencesOf([reserved('cr-0a', -Infinity, at(2))], [1, 1, 1, 1])).toEqual([
    'pools.p.reserved.cr-0a.to: reservation cr-0a can be used until 2026-11-23T02:00:00Z, and chat needs nodes until 2026-11-23T04:00:00Z',
  ]);
});

test('or from when, where it comes too late', () => {
  expect(sentencesOf([reserved('cr-0a', at(2), Infinity)], [0, 1, 1, 1])).toEqual([
    'pools.p.reserved.cr-0a.from: reservation cr-0a can be used from 2026-11-23T02:00:00Z, and chat needs nodes from 2026-11-23T01:00:00Z',
  ]);
});

test('of several the one that ended last is named, or the one that begins first', () => {
  const ended = [reserved('cr-0a', at(-9), at(1)), reserved('cr-0b', at(-9), at(2)), reserved('cr-0c', at(-9), at(0))];
  expect(sentencesOf(ended, [1, 1, 1])[0]).toMatch(/^pools\.p\.reserved\.cr-0b\.to: /);
  const coming = [reserved('cr-0a', at(4), at(9)), reserved('cr-0b', at(3), at(9)), reserved('cr-0c', at(5), at(9))];
  expect(sentencesOf(coming, [1, 1, 0, 0])[0]).toMatch(/^pools\.p\.reserved\.cr-0b\.from: /);
});

test('a workload that fits elsewhere, wants nothing then, or is reserved for the whole segment is not refused', () => {
  const short = reserved('cr-0a', at(0), at(2));
  expect(sentencesOf([short, offering('g.one', { usdPerHour: 1 })], [1, 1, 1])).toEqual([]);
  expect(sentencesOf([short], [1, 1, 0])).toEqual([]);
  expect(sentencesOf([short, reserved('cr-0b', at(2), at(3))], [1, 1, 1])).toEqual([]);
  // Half an hour of a segment is not the segment.
  expect(sentencesOf([short, reserved('cr-0b', at(2.5), at(4))], [1, 1, 1])).toHaveLength(1);
  expect(sentencesOf([short, reserved('cr-0b', at(2), at(2.5))], [1, 1, 1])).toHaveLength(1);
});

test('what fits no node of the pool is another problem', () => {
  expect(sentencesOf([reserved('cr-0a', at(0), at(1))], [1, 1], [replica('train', 8)])).toEqual([]);
});

test('workloads in the same need are named together, by name', () => {
  const [sentence] = sentencesOf([reserved('cr-0a', at(0), at(1))], [1, 1], [replica('search', 1), chat]);
  expect(sentence).toContain('and chat and search needs nodes until 2026-11-23T02:00:00Z');
});

test('a capacity block is called one', () => {
  expect(titleOf(reserved('cb-1', at(0), at(1), { capacityType: 'capacity-block' }))).toBe('capacity block cb-1');
  expect(titleOf(reserved('cr-1', at(0), at(1)))).toBe('reservation cr-1');
});

test('a replica fits on a node that has its GPUs, CPU and memory beside DaemonSets, and a pod left', () => {
  const node = offering('n', {
    usdPerHour: 1,
    gpus: 2,
    allocatableCpuMilli: 1_500,
    daemonSetCpuMilli: 500,
    allocatableMemoryMiB: 4_096,
    daemonSetMemoryMiB: 96,
    maxPods: 11,
  });
  const exact = replica('w', 2, 1_000, 4_000);
  expect(fitsOn(node, exact)).toBe(true);
  expect(fitsOn(node, { ...exact, gpus: 3 })).toBe(false);
  expect(fitsOn(node, { ...exact, cpuMilli: 1_001 })).toBe(false);
  expect(fitsOn(node, { ...exact, memoryMiB: 4_001 })).toBe(false);
  expect(fitsOn({ ...node, maxPods: 10 }, exact)).toBe(false);
});

test('a replica fits on the GPUs that it may use alone', () => {
  const only = { ...replica('w', 1), gpuNames: ['L40S'] };
  expect(fitsOn(offering('n', { usdPerHour: 1 }), only)).toBe(true);
  expect(fitsOn(offering('n', { usdPerHour: 1, gpuName: 'A10G' }), only)).toBe(false);
  expect(fitsOn(offering('n', { usdPerHour: 1, gpuName: null }), { ...only, gpus: 0 })).toBe(false);
  expect(fitsOn(offering('n', { usdPerHour: 1, gpuName: null, gpus: 0 }), replica('w', 0))).toBe(true);
});
