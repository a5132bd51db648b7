import type { Construct } from 'constructs';
import { HorizontalAutoscaler, type HorizontalAutoscalerProps } from './horizontal-autoscaler';
import { ScheduledAutoscaler, type ScheduledAutoscalerProps } from './scheduled-autoscaler';

/** Adds the autoscaler of a workload: which one, its owner says, and for a live floor who reads it. */
export function autoscale(
  scope: Construct,
  props: ScheduledAutoscalerProps & HorizontalAutoscalerProps,
): ScheduledAutoscaler | HorizontalAutoscaler {
  switch (props.workload.plan.owner) {
    case 'keda':
      return new ScheduledAutoscaler(scope, 'Autoscaler', props);
    case 'live':
      return props.floorMetric === undefined
        ? new ScheduledAutoscaler(scope, 'Autoscaler', props)
        : new HorizontalAutoscaler(scope, 'Autoscaler', props);
    case 'manifests':
    case 'operate':
      return new HorizontalAutoscaler(scope, 'Autoscaler', props);
  }
}
