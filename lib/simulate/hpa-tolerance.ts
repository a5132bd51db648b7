import type { HpaTolerance } from '../control/hpa-types';

/** How the HPA of a version of Kubernetes, such as '1.33', tests its tolerance: in each direction by itself from 1.33 on. */
export function hpaToleranceOf(version: string): HpaTolerance['test'] {
  return Number(version.split('.')[1]) <= 32 ? 'symmetric' : 'per-direction';
}
