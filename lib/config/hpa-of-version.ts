/** What of an HPA differs between versions of Kubernetes, such as '1.33'. */

/**
 * Whether the cluster can be told to follow its floors and targets exactly. An HPA does nothing within a tenth of its target, so 19
 * replicas stand for a floor of 20; since Kubernetes 1.35 the tolerance can be set (KEP-4951), and since KEDA 2.18 through a
 * ScaledObject.
 */
export function hasExactTolerance(version: string): boolean {
  return minorOf(version) >= 35;
}

/** How it tests its tolerance: in each direction by itself from 1.33 on. */
export function hpaToleranceOf(version: string): 'symmetric' | 'per-direction' {
  return minorOf(version) <= 32 ? 'symmetric' : 'per-direction';
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}
