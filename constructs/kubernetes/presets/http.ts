import { type PodDefaults, portName, type ServedBy, startupProbe } from './pod-defaults';

/**
 * A server of HTTP that keeps nothing on its disk: a web app, an API, nginx in its form without privileges.
 *
 * - It runs as user 65532, which images without a shell name `nonroot` (GoogleContainerTools/distroless, base/README.md), so that an image
 *   whose user is root or has a name starts too. Ports from 1024 on are open to it, and lower ones where the node's kernel says so.
 * - It takes requests for 15 s after it is to end: so long do load balancers need to learn of it (an AWS load balancer of target type `ip`
 *   asks every 10 s or less often).
 * - Liveness asks whether the port takes connections: a slow replica does, one whose process hangs does not once its queue is full.
 */
export function httpServer(served: ServedBy): PodDefaults {
  return {
    env: [{ name: 'USER', value: 'nonroot' }],
    user: 65_532,
    group: 65_532,
    drainSeconds: 15,
    graceSeconds: 60,
    startupProbe: startupProbe(served, served.healthPath),
    readinessProbe: { httpGet: { path: served.healthPath, port: portName }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { tcpSocket: { port: portName }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
