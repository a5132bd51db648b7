import { z } from 'zod';
import { count } from './fields';

/** What is there ahead of the load: nodes with free places, and floors that follow it. */
export const bufferSchema = z
  .strictObject({
    replicas: count.meta({ description: 'replicas that a place is kept free for, beside those that run' }),
    by: z.enum(['placeholder-pods', 'capacity-buffer']).default('placeholder-pods').meta({
      description: "pods that give way to others, which work in every cluster, or a CapacityBuffer of the cluster's node autoscaler",
    }),
  })
  .meta({ id: 'Buffer', description: 'nodes ahead of pods: places that are free when replicas come; the plan has nodes for them' });

export const liveSchema = z
  .strictObject({
    reader: z.enum(['keda', 'hpa']).optional().meta({
      description: "who reads the floor: KEDA, or an HPA that prometheus-adapter serves it to as an external metric; KEDA unless 'hpa'",
    }),
    ahead: z.enum(['replicas', 'nodes']).optional().meta({
      description:
        "what comes ahead of the load: replicas, or nodes alone, by placeholder pods, while replicas follow the load; replicas unless 'nodes'",
    }),
  })
  .meta({ id: 'LiveFloor', description: "how a floor that recording rules decide (owner: 'live') is followed" });
