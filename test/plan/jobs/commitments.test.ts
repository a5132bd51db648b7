import { configDigest } from '../../../lib/config';
import { highsSolver } from '../../../lib/adapters/highs';
import type { Solver } from '../../../lib/sizing';
import { configOf, hoursOf, type Night, planOf, tune } from './nights';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const web = { kind: 'training', samples: 7_200_000 * 6, replica: { gpus: 1, throughput: '2000 samples/s' }, floor: 1, pool: 'gpus' };
/** Another job takes one GPU for the first six hours, beside which one of the two reserved instances is free. */
const night = (commitments: Night['commitments']): Night => ({
  hour: 0,
  workloads: { tune: { ...tune, earliest: '0s', deadline: '40h' }, web: { ...web, deadline: '7h', coldStart: '0s' } },
  guardrails: { deployWithin: '0s' },
  commitments,
});

test('reserved instances that nothing else uses hold the windows of jobs, until they end', async () => {
  expect(hoursOf(await planOf(night([]), solver))).toEqual(['0-3']);
  const two = [{ instance: 'g6e.xlarge', count: 2, until: '2026-11-25T00:00:00Z' }];
  const plan = await planOf(night(two), solver);
  expect(hoursOf(plan)).toEqual(['7-10']);
  expect(plan.workloads.tune.windows?.[0].usd).toBe(0);
  const short = [{ ...two[0], until: '2026-11-23T08:00:00Z' }];
  expect(hoursOf(await planOf(night(short), solver))).not.toEqual(['7-10']);
});

test('commitments are part of what a plan with such jobs was made from, and of no other', () => {
  const { tune: job, ...others } = night([]).workloads;
  const digestOf = (workloads: Night['workloads'], count: number) =>
    configDigest(configOf({ ...night([{ instance: 'g6e.xlarge', count, until: '2026-11-25T00:00:00Z' }]), workloads }));
  expect(digestOf(others, 1)).toBe(digestOf(others, 2));
  expect(digestOf({ ...others, tune: job }, 1)).not.toBe(digestOf({ ...others, tune: job }, 2));
});
