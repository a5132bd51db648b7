import {
  floorOwners,
  followsLoad,
  hasExactTolerance,
  hpaToleranceOf,
  isAutoscaled,
  isJob,
  isMeasuredByLoad,
  poolOwnerOf,
  poolOwners,
} from '../../lib/config/kinds';
import { sampleConfig } from '../constructs/kubernetes/support';

const { chat, storefront, resnet, finetune } = sampleConfig().workloads;

test('inference follows its load; a service is scaled by its utilisation; training is not scaled while it runs', () => {
  const facts = [chat, storefront, resnet].map((workload) => [isMeasuredByLoad(workload), isAutoscaled(workload), followsLoad(workload)]);
  expect(facts).toEqual([
    [true, true, true],
    [false, true, false],
    [true, false, false],
  ]);
});

test('of training one form runs once and ends', () => {
  expect([chat, storefront, resnet, finetune].map(isJob)).toEqual([false, false, true, false]);
});

test('KEDA, recording rules and the loop move a floor by the hour, the last two by the load, and manifests hold one', () => {
  expect(floorOwners).toEqual({
    keda: { movesByHour: true, movesByLoad: false },
    live: { movesByHour: true, movesByLoad: true },
    manifests: { movesByHour: false, movesByLoad: false },
    operate: { movesByHour: true, movesByLoad: true },
  });
});

test("machines of one's own have no owner, whatever the config assumes: they are there all the time and unknown to Terraform", () => {
  expect(poolOwnerOf({ provider: 'none', owner: 'autoscaler' })).toBe('none');
  expect(poolOwnerOf({ owner: 'schedule' })).toBe('schedule');
  const names = (fact: keyof (typeof poolOwners)['none']) =>
    Object.entries(poolOwners).flatMap(([name, facts]) => (facts[fact] ? [name] : []));
  expect([names('isFixed'), names('hasSchedule'), names('isInTerraform')]).toEqual([
    ['terraform', 'none'],
    ['schedule'],
    ['autoscaler', 'schedule', 'terraform'],
  ]);
});

test('an HPA holds its tolerance in each direction from Kubernetes 1.33 on, and can be told it from 1.35 on', () => {
  expect(['1.32', '1.33'].map(hpaToleranceOf)).toEqual(['symmetric', 'per-direction']);
  expect(['1.34', '1.35'].map(hasExactTolerance)).toEqual([false, true]);
});
