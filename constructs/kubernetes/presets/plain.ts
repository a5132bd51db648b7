import { type PodDefaults, portName, type ServedBy, startupProbe } from './pod-defaults';

/**
 * A server of which nothing is known. It runs as the user of its image. There is no liveness probe: under load it would restart a slow
 * replica, which takes minutes to start again.
 */
export function plainServer(served: ServedBy): PodDefaults {
  return {
    drainSeconds: 5,
    graceSeconds: 90,
    startupProbe: startupProbe(served, served.healthPath),
    readinessProbe: { httpGet: { path: served.healthPath, port: portName }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
  };
}
