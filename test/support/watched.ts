import { alertRules, type WatchedWorkload } from '../../lib/plan/live-floor';
import { DAY_MS } from '../../lib/units';
import { testLive } from './live-floor';

/** A workload `chat` whose plan is valid for five days from the first moment that is told. */
export function watched(fields: Partial<WatchedWorkload> = {}): WatchedWorkload {
  return {
    name: 'chat',
    plan: { live: testLive, validUntil: 5 * DAY_MS },
    namespace: 'serving',
    target: { kind: 'Deployment', name: 'chat' },
    autoscaler: 'keda-hpa-chat',
    ...fields,
  };
}

export function alertsOf(workloads: readonly WatchedWorkload[] = [watched()]): ReturnType<typeof alertRules> {
  return alertRules({ plan: 'prod', workloads, noticeMs: DAY_MS });
}
