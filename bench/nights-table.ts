import { mean } from '../lib/history';
import type { CapacityPlan } from '../lib/plan/file';
import { textTable } from '../lib/report/table';
import { DAY_MS, timeOf } from '../lib/units';

/** What a plan came to in a day. */
export type Day = {
  readonly hours: number;
  /** Hours whose load was at or below what the plan protects. */
  readonly protectedHours: number;
  /** Hours whose load the scheduled replicas held at their target. */
  readonly heldHours: number;
  /** Of the scheduled replicas. */
  readonly gpuHours: number;
};

export type Night = {
  readonly asOf: string;
  readonly outcome: 'stays' | 'changed' | 'refused';
  /** As the command names it. */
  readonly cause: string;
  /** Of the plan that is there in the morning. */
  readonly validUntil: string;
  /** Of the day that follows. */
  readonly meanLoad: number;
  readonly meanOfWeekBefore: number;
  readonly kept: Day;
  readonly anew: Day;
};

export type Record = { readonly file: string; readonly nights: readonly Night[]; readonly cpuSeconds: number };

/** Holds the hours of a day against a plan. @param perReplica load of a replica at its target */
export function scored(plan: CapacityPlan, day: readonly { readonly at: number; readonly value: number }[], perReplica: number): Day {
  const { load, schedule, resources } = plan.workloads.chat;
  const sums = { hours: day.length, protectedHours: 0, heldHours: 0, gpuHours: 0 };
  for (const { at, value } of day) {
    const point = load.findLast(({ from }) => timeOf(from) <= at);
    const replicas = schedule.findLast(({ from }) => timeOf(from) <= at)?.replicas ?? 0;
    if (point !== undefined && value <= point.protected) sums.protectedHours += 1;
    if (value <= replicas * perReplica * (1 + 1e-9)) sums.heldHours += 1;
    sums.gpuHours += replicas * resources.gpus;
  }
  return sums;
}

/** Means of the load that differ by less are taken for the same behaviour. */
const sameShare = 0.1;

/** The plans of a record that were valid for whole days within it, each with how often the file changed while it would have been valid. */
function validities({ nights }: Record): readonly { readonly changes: number; readonly isSame: boolean }[] {
  const end = timeOf(nights[nights.length - 1].asOf) + DAY_MS;
  return nights
    .filter(({ outcome, validUntil }) => outcome === 'changed' && timeOf(validUntil) <= end)
    .map(({ asOf, validUntil, meanOfWeekBefore }) => {
      const within = nights.filter((night) => night.asOf >= asOf && night.asOf < validUntil);
      const level = mean(within.map(({ meanLoad }) => meanLoad));
      const changes = within.filter((night) => night.asOf > asOf && night.outcome === 'changed').length;
      return { changes, isSame: Math.abs(level / meanOfWeekBefore - 1) <= sameShare };
    });
}

export function printNights(records: readonly Record[]): void {
  const right = ['changed', 'refused', 'changes in a validity', 'where the level stays', 'protected', 'held', 'GPU-hours', 's of CPU'];
  const columns = [{ title: 'record' }, ...right.map((title) => ({ title, align: 'right' as const }))];
  console.log(textTable(columns, records.map(rowOf)));
  for (const { file, nights } of records) {
    console.log(`\n${file}: changed`);
    for (const { asOf, cause, outcome } of nights)
      if (outcome !== 'stays') console.log(`  ${asOf}  ${outcome === 'refused' ? 'refused: ' : ''}${cause}`);
  }
}

function rowOf(record: Record): string[] {
  const { file, nights, cpuSeconds } = record;
  const count = (outcome: Night['outcome']) => nights.filter((night) => night.outcome === outcome).length;
  const all = validities(record);
  const told = (some: typeof all) =>
    some.length === 0
      ? 'none'
      : `${mean(some.map(({ changes }) => changes)).toFixed(1)}, at most ${Math.max(...some.map(({ changes }) => changes))}`;
  const total = (plan: 'kept' | 'anew', figure: keyof Day) => nights.reduce((sum, night) => sum + night[plan][figure], 0);
  const percent = (plan: 'kept' | 'anew', figure: keyof Day) => ((100 * total(plan, figure)) / total(plan, 'hours')).toFixed(1);
  const both = (figure: keyof Day) => `${percent('kept', figure)} / ${percent('anew', figure)} %`;
  return [
    file,
    // The first plan is no change.
    `${count('changed') - 1} of ${nights.length - 1}`,
    `${count('refused')}`,
    told(all),
    told(all.filter(({ isSame }) => isSame)),
    both('protectedHours'),
    both('heldHours'),
    `${total('kept', 'gpuHours')} / ${total('anew', 'gpuHours')}: ${(total('kept', 'gpuHours') / total('anew', 'gpuHours')).toFixed(3)}`,
    cpuSeconds.toFixed(0),
  ];
}
