import { timeOf } from '../../units';

/** A value that changes in steps, each until the next; times are epoch ms. */
export type Steps = readonly { readonly from: number; readonly value: number }[];

/** The steps of a schedule of replicas or of nodes. */
export function stepsOf<Step extends { readonly from: string }>(schedule: readonly Step[], value: (step: Step) => number): Steps {
  return schedule.map((step) => ({ from: timeOf(step.from), value: value(step) }));
}

/** The step of a schedule that holds at a moment (epoch ms); before the first of them that one. */
export function stepAt<Step extends { readonly from: string }>(schedule: readonly Step[], at: number): Step {
  return schedule.findLast(({ from }) => timeOf(from) <= at) ?? schedule[0];
}
