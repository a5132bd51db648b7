import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { foresize, root, temporaryFolder } from '../support/foresize';

const folder = temporaryFolder();
cpSync(join(root, 'examples/worked-example'), folder, { recursive: true });
const planned = foresize(folder, ['plan']);
const plan = JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as CapacityPlan;
const { load, schedule, floor } = plan.workloads.servers;

const cpu = [80, 75, 70, 65, 60, 55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5];
const memory = [55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55];
const hours = Array.from({ length: 24 }, (_, hour) => hour);
const at = (values: readonly number[], hour: number) => values[Math.min(hour, values.length - 1)];

test('the plan is made from the given numbers', () => expect([planned.status, load.length]).toEqual([0, 24]));

test.each(hours)('hour %d: servers for CPU, for memory, and the larger of them, at least one', (hour) => {
  const forCpu = Math.ceil((10 * at(cpu, hour)) / 70);
  const forMemory = Math.ceil((10 * at(memory, hour)) / 50);
  expect(load[hour].cpu).toMatchObject({ protected: at(cpu, hour), replicas: forCpu, from: hour < cpu.length ? 'given' : 'held' });
  expect(load[hour].memory).toMatchObject({
    protected: at(memory, hour),
    replicas: forMemory,
    from: hour < memory.length ? 'given' : 'held',
  });
  expect(load[hour].replicas).toBe(Math.max(1, forCpu, forMemory));
});

test('the first hours need 12, 11, 10, 10 and 9 servers for CPU', () => {
  expect(load.slice(0, 5).map((point) => point.cpu?.replicas)).toEqual([12, 11, 10, 10, 9]);
});

test('the schedule never lies below what an hour needs, and never below one', () => {
  for (const { from, replicas } of load) {
    const scheduled = schedule.findLast((step) => step.from <= from)?.replicas ?? 0;
    expect(scheduled).toBeGreaterThanOrEqual(replicas);
  }
  expect(floor).toBeGreaterThanOrEqual(1);
});

test('explain says for each hour what was given, what stays, and which resource binds', () => {
  const { status, stdout } = foresize(folder, ['explain', 'servers', '--full']);
  expect(status).toBe(0);
  expect(stdout).toContain('servers for cpu = ceil(10 x cpu % / 70)');
  expect(stdout).toContain('servers for memory = ceil(10 x memory % / 50)');
  expect(stdout).toContain('2026-11-24T00:00:00Z  cpu 80 % (given) -> 12, memory 55 % (given) -> 11; cpu binds: 12');
  expect(stdout).toContain(
    '2026-11-24T16:00:00Z  cpu 5 % (no value given: the last one stays) -> 1, memory 25 % (given) -> 5; memory binds: 5',
  );
  expect(stdout).toContain(
    '2026-11-24T23:00:00Z  cpu 5 % (no value given: the last one stays) -> 1, memory 55 % (no value given: the last one stays) -> 11',
  );
  expect(stdout.match(/^ {2}2026-11-24T/gm)).toHaveLength(24);
});
