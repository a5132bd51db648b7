import { formatFigure } from '../../figures';
import { formatDuration, percentOfShare } from '../../units';
import type { Compression, Reason } from '../file';

/** How replicas by period became a schedule. */
export type LaidSchedule = {
  /** ms by which a rise leads its load, and the cold start that is part of it. */
  readonly leadMs: number;
  readonly coldStartMs: number;
  /** Fewest replicas that the config allows. */
  readonly floor: number;
  readonly isAutoscaled: boolean;
  /** Steps before and after joining, and what joining cost. */
  readonly compression: Compression;
  /** How far floors go above the load of their period, for the highest load within it. @default 1 */
  readonly highestPeak?: number;
};

/** Sentences of a schedule: its lead, its floor, and what joining its steps cost. */
export function scheduleReasons({ leadMs, coldStartMs, floor, isAutoscaled, compression, highestPeak = 1 }: LaidSchedule): Reason[] {
  const { stepsBefore, steps, addedPercent } = compression;
  const adds = `which adds ${formatFigure(addedPercent)} % replica-hours`;
  return [
    {
      code: 'schedule/lead',
      text: `a rise comes ${formatDuration(leadMs)} ahead: cold start of ${formatDuration(coldStartMs)} after the boot of a node`,
    },
    ...(highestPeak > 1
      ? [
          {
            code: 'schedule/peaks' as const,
            text: `floors are for up to ${formatFigure(highestPeak)} times the load of their hour, where it rises within it`,
          },
        ]
      : []),
    ...(floor > 1 ? [floorReason(floor)] : []),
    ...(!isAutoscaled
      ? [
          {
            code: 'schedule/fixed' as const,
            text: `no autoscaler moves trainers: one size, the highest of ${stepsBefore} steps, ${adds}`,
          },
        ]
      : []),
    ...(isAutoscaled && steps < stepsBefore
      ? [{ code: 'schedule/compress' as const, text: `${stepsBefore} steps joined to ${steps}, ${adds}` }]
      : []),
  ];
}

/** Sentence of a floor that the config states. */
export function floorReason(floor: number): Reason {
  return { code: 'schedule/floor', text: `never below the config's floor of ${floor}` };
}

/** Sentence of one floor for the whole horizon, with `why` it is so high; an HPA follows the load above it where there is a metric. */
export function oneFloorReason(floor: number, why: string, hasMetric: boolean): Reason {
  return { code: hasMetric ? 'floor/hpa' : 'floor/no-metric', text: `one floor for the whole horizon: ${floor}, ${why}` };
}

/** Why one floor is the highest that any period needs: without a metric no autoscaler acts. */
export const floorWithoutMetric = 'the highest needed, since no metric lets the HPA follow the load';

/** Why one floor is as high as it is under an HPA that takes `delayMs` to act. */
export function floorUnderHpa(delayMs: number): string {
  return `the lowest with which an HPA that takes ${formatDuration(delayMs)} to act is never overrun on the protected path`;
}

/** Sentence of floors by the hour for the span of events, beside one floor otherwise. */
export function eventFloorsReason(names: readonly string[], from: string): Reason {
  const quoted = [...new Set(names)].map((name) => `'${name}'`).join(', ');
  return {
    code: 'floor/event',
    text: `for ${quoted} floors by the hour, from ${from} on: a replay of weeks without it says nothing of it`,
  };
}

/** Sentence of the one floor of manifests that events raise for the whole horizon, with what that costs in USD. */
export function raisedFloorReason(names: readonly string[], floor: number, without: number, usd: number): Reason {
  const quoted = [...new Set(names)].map((name) => `'${name}'`).join(', ');
  return {
    code: 'floor/event',
    text: `the one floor is ${floor} for ${quoted}, and would be ${without} without: ${formatFigure(usd)} USD more in the horizon; owner: 'keda' raises it for the event alone`,
  };
}

/** Sentence of a floor that is kept because the forecast is withheld. */
export function presentFloorReason(replicas: number, statedBy: 'the previous plan' | 'the config'): Reason {
  return { code: 'floor/present', text: `its present floor is kept, ${replicas} for the whole horizon, as ${statedBy} has it` };
}

/** Code of `heldFloorReason`, by which a plan tells that its floors were held. */
export const heldFloorCode = 'guardrail/step-down';

/** Highest floors of a workload whose fall a guardrail has slowed. */
export type HeldPeaks = { readonly before: number; readonly needed: number; readonly held: number; readonly stepDown: number };

/** Sentence of floors that `guardrails.stepDown`, a share, holds above what the load needs. */
export function heldFloorReason({ before, needed, held, stepDown }: HeldPeaks): Reason {
  return {
    code: heldFloorCode,
    text: `highest floor ${held}${held > needed ? ` in place of ${needed}` : ''}: it was ${before}, and guardrails.stepDown lets a floor fall by ${percentOfShare(stepDown)} % at most; each hour keeps what that leaves of its floor in the previous plan`,
  };
}
