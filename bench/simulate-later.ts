import type { FitRunner } from '../lib/forecast';
import { mean, median } from '../lib/history';
import { violationLimit, violationPercent } from '../lib/plan/replay';
import { type LoadGrid, prepareLoad, type ReplaySettings, type Replay, refineLoad, runReplay, simulateLoad, tickMs } from '../lib/simulate';
import { dailyOutlooks, dayStarts, hourly } from '../lib/simulate/outlooks';
import { learnNeeds, liveSight, recordOf } from '../lib/simulate/policies';
import { liveCandidates } from '../lib/simulate/policies/live-policy';
import { causalLimit } from '../lib/simulate/replay';
import { leadOf } from '../lib/simulate/physics';
import { DAY_MS, HOUR_MS } from '../lib/units';
import { leastReachable, moreViolations } from './simulate-summary';
import { print, ratioText, shareText } from './simulate-print';

/**
 * What a user gets of a live floor: the last quarter of a record is kept back, the replay chooses on what comes before it as a plan does, and
 * what it chose is run on the quarter, with the settings and limits that a plan would have carried there, and coefficients that are renewed
 * each day.
 */
export type LaterRow = {
  readonly name: string;
  readonly leadMinutes: number;
  readonly seed: number;
  readonly isChosen: boolean;
  readonly why: string;
  /** Whether no live floor was ahead where it was tuned, so that its floor stays where the tuned HPA has it. */
  readonly isStill: boolean;
  /** In the quarter that was kept back. */
  readonly liveToHpaTuned: number;
  /** `null` where nothing comes to as few violations as the tuned HPA. */
  readonly limitToHpaTuned: number | null;
  readonly violations: { readonly hpaTuned: number; readonly live: number };
};

type Subject = {
  readonly name: string;
  readonly load: LoadGrid;
  readonly settings: Omit<ReplaySettings, 'seed' | 'policies' | 'owner'>;
  readonly leads: readonly { readonly minutes: number; readonly seeds: readonly number[] }[];
  readonly physicsAt: (leadMinutes: number) => ReplaySettings['physics'];
};

export async function laterRows({ name, load, settings, leads, physicsAt }: Subject, run: FitRunner): Promise<readonly LaterRow[]> {
  const perHour = HOUR_MS / load.intervalMs;
  const hours = Math.floor(load.values.length / perHour);
  const cut = Math.floor((3 / 4) * hours);
  const known = { ...load, values: load.values.slice(0, cut * perHour) };
  const rows: LaterRow[] = [];
  for (const { minutes, seeds } of leads) {
    const physics = physicsAt(minutes);
    const own: Omit<ReplaySettings, 'seed'> = {
      ...settings,
      physics,
      policies: ['hpa-tuned', 'live'],
      owner: 'live',
      withCausalLimit: false,
    };
    const prepared = await prepareLoad(known, { ...own, seed: 1 }, run);
    const outlookOptions = { quantiles: [0.5, own.protect], effort: own.effort, leadMs: leadOf(physics), delayMs: physics.metricLagMs };
    const outlooks = [...prepared.outlooks, ...(await dailyOutlooks(hourly(load), dayStarts(cut, hours), outlookOptions, run))];
    for (const seed of seeds) {
      const { policies, verdict, physics: full, replay: scored } = simulateLoad(prepared, { ...own, seed });
      const refined = refineLoad(load, tickMs, seed);
      const perTick = HOUR_MS / tickMs;
      const later: Replay = { ...scored, load: refined, from: cut * perTick, to: hours * perTick, physics: full };
      const record = recordOf(later, outlooks);
      const models = learnNeeds(later, Math.max(0, later.from - (14 * DAY_MS) / tickMs), liveSight(later, record));
      const live = policies.find((policy) => policy.name === 'live');
      const hpa = policies.find((policy) => policy.name === 'hpa-tuned');
      if (live?.name !== 'live' || hpa === undefined) throw new Error('nothing was replayed');
      const candidateOf = liveCandidates({ ...scored, load: refined }, { outlooks, models, protect: own.protect }, record);
      const [byHpa, byLive] = [hpa.policy, candidateOf(live.settings).policy].map((policy) => runReplay(later, policy));
      if (byHpa === null || byLive === null) throw new Error('a replay was stopped without a limit');
      const allowed = Math.max(byHpa.violationMinutes, Math.floor(violationLimit * byHpa.scoredMinutes));
      const limit = causalLimit(later, allowed, [byHpa, byLive]);
      rows.push({
        name,
        leadMinutes: minutes,
        seed,
        isChosen: verdict.chosen === 'live',
        why: verdict.why,
        isStill: live.settings.isStill,
        liveToHpaTuned: byLive.gpuHours / byHpa.gpuHours,
        limitToHpaTuned: limit && limit.gpuHours / byHpa.gpuHours,
        violations: { hpaTuned: violationPercent(byHpa), live: violationPercent(byLive) },
      });
    }
  }
  return rows;
}

/** By lead, of the replays in which it was chosen and of all of them. */
export function printLater(rows: readonly LaterRow[]): void {
  const leads = [...new Set(rows.map(({ leadMinutes }) => leadMinutes))];
  const groups = leads.flatMap((lead) => {
    const own = rows.filter(({ leadMinutes }) => leadMinutes === lead);
    return [
      { title: [`${lead} min`, 'chosen'], own: own.filter(({ isChosen }) => isChosen) },
      { title: [`${lead} min`, 'not chosen'], own: own.filter(({ isChosen }) => !isChosen) },
    ];
  });
  print(
    'a quarter kept back, by what the replay chose before it',
    [
      'lead',
      'live floor',
      'replays',
      'records',
      'ahead',
      'behind',
      'the same',
      'live / hpa-tuned',
      'highest of a record',
      'causal limit / hpa-tuned',
      'reached',
      'viol. hpa-tuned',
      'viol. live',
    ],
    groups.filter(({ own }) => own.length > 0).map(({ title, own }) => [...title, ...laterCells(own)]),
  );
  for (const row of rows.filter(({ isChosen }) => isChosen))
    console.log(
      `${row.name} at ${row.leadMinutes} min, seed ${row.seed}: ${row.liveToHpaTuned.toFixed(2)}, limit ${ratioText(row.limitToHpaTuned)}, ${row.violations.live.toFixed(3)} % in violation against ${row.violations.hpaTuned.toFixed(3)} %`,
    );
}

function laterCells(rows: readonly LaterRow[]): string[] {
  const records = [...new Set(rows.map(({ name }) => name))].map((name) => rows.filter((row) => row.name === name));
  const ratioOf = (own: readonly LaterRow[]) => mean(own.map(({ liveToHpaTuned }) => liveToHpaTuned));
  const isSame = ({ isStill }: LaterRow) => isStill;
  const isAhead = (row: LaterRow) =>
    !isSame(row) && row.liveToHpaTuned < 1 && row.violations.live <= row.violations.hpaTuned + moreViolations;
  const limits = rows.flatMap(({ limitToHpaTuned }) => limitToHpaTuned ?? []);
  const saved = mean(rows.map((row) => (isAhead(row) ? 1 - row.liveToHpaTuned : Math.min(0, 1 - row.liveToHpaTuned))));
  const reachable = 1 - mean(limits);
  const count = (test: (row: LaterRow) => boolean) => `${rows.filter(test).length}`;
  return [
    `${rows.length}`,
    `${records.length}`,
    count(isAhead),
    count((row) => !isAhead(row) && !isSame(row)),
    count(isSame),
    ratioText(median(records.map(ratioOf))),
    ratioText(Math.max(...records.map(ratioOf))),
    ratioText(limits.length === 0 ? null : median(limits)),
    shareText(limits.length < rows.length || reachable < leastReachable ? null : saved / reachable),
    mean(rows.map(({ violations }) => violations.hpaTuned)).toFixed(3),
    mean(rows.map(({ violations }) => violations.live)).toFixed(3),
  ];
}
