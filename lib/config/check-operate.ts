import type { Add } from './check-pools';
import { wantsCredentials } from './check-live';
import { isAutoscaled } from './kinds';
import type { CapacityConfig } from './schema';

/** The loop that owns floors: there is an image of it, and it finds what it signs in with. */
export function checkOperate({ workloads, operate, history }: CapacityConfig, add: Add): void {
  const owned = Object.keys(workloads)
    .sort()
    .filter((name) => {
      const workload = workloads[name];
      return isAutoscaled(workload) && workload.owner === 'operate';
    });
  if (owned.length === 0) {
    if (operate !== undefined)
      add('operate', ['operate'], 'says how the loop runs, and it owns no floor', "leave it out, or state owner: 'operate' of a workload");
    return;
  }
  if (operate === undefined)
    return add(
      'operate',
      ['operate'],
      `is missing: which image runs the loop that moves the floor of ${owned.join(', ')}`,
      "operate: { image: 'registry.example.com/foresize:1' }, an image with foresize and kubectl (docs/operate.md)",
    );
  if (wantsCredentials(history.prometheus) && operate.secret === undefined && operate.directory === undefined)
    add(
      'operate',
      ['operate', 'secret'],
      'is missing: history.prometheus wants credentials, which the pod of the loop must have',
      'name a Secret of the namespace whose keys are the environment variables that history.prometheus names',
    );
}
