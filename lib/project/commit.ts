import type { CapacityConfig } from '../config';
import { allRound6 } from '../figures';
import {
  adviseCommitments,
  advisedIn,
  backtestCommitments,
  type CommitAdvice,
  type CommitBacktest,
  type DemandOfMonths,
  declaredGrowth,
  usualCourses,
} from '../plan/commitments';
import { ProblemError } from '../problems';
import { parseGrowth } from '../units';
import type { HistoryOptions } from './open-history';
import type { RunOptions } from './options';
import { type PresentDemand, withPresentDemand } from './present-demand';
import { checkWorkload, openProject, type ProjectSource } from './project';

export type CommitOptions = ProjectSource &
  HistoryOptions &
  RunOptions & {
    /** `5 %/month` of all loads, or `chat=5 %/month` of one; goes before the config's `growth`. @default that alone, else as the history shows */
    readonly growth?: readonly string[];
    /** Of all courses of the load, how many may cost more with the commitments than without. @default 0.05 */
    readonly risk?: number;
    /** Courses of the load that are drawn. @default 100 */
    readonly draws?: number;
    /** What they are drawn with. @default 1 */
    readonly seed?: number;
  };

/**
 * What to commit to for the months to come: reservations, blocks and quotas, how many and by when, with what too much and too little would
 * cost. Nothing is bought or written.
 *
 * @throws ProblemError `commit/growth` for growth that cannot be read, and what `plan` refuses
 * @example const { types } = await commit({ growth: ['5 %/month'] });
 */
export async function commit(options: CommitOptions = {}): Promise<CommitAdvice> {
  const growth = growthOf(openProject(options).config, options.growth ?? []);
  return overDemand(options, 'drawing courses', (config, demand, drawn) =>
    adviseCommitments(config, demand, { ...drawn, growth, before: advisedIn(demand.previous?.commit) }),
  );
}

/**
 * What `commit` would have cost over the last weeks of one's own load, deciding again each week by what was known, beside other ways to buy.
 *
 * @throws ProblemError what `plan` refuses
 * @example const { types } = await commitBacktest();
 */
export async function commitBacktest(options: Omit<CommitOptions, 'growth'> = {}): Promise<CommitBacktest> {
  return overDemand(options, 'replaying weeks', backtestCommitments);
}

/** Answers by what the workloads of a config asked for until now, and its courses as they are drawn. */
function overDemand<Answer>(
  options: Omit<CommitOptions, 'growth'>,
  stage: string,
  answer: (config: CapacityConfig, demand: DemandOfMonths & Pick<PresentDemand, 'previous'>, drawn: typeof usualCourses) => Answer,
): Promise<Answer> {
  const { risk = usualCourses.risk.chance, draws = usualCourses.draws, seed = usualCourses.seed } = options;
  return withPresentDemand(options, stage, (config, demand) =>
    // An override is of these days, and not of months to come.
    allRound6(answer(config, { ...demand, demands: demand.needed }, { risk: { ...usualCourses.risk, chance: risk }, draws, seed })),
  );
}

/** Share a month by workload, of those whose growth is declared. */
function growthOf(config: CapacityConfig, stated: readonly string[]): Readonly<Record<string, number>> {
  const names = Object.keys(config.workloads);
  const ofAll = (share: number) => Object.fromEntries(names.map((name) => [name, share]));
  return stated.reduce<Readonly<Record<string, number>>>((growth, text) => {
    const [name, share] = text.includes('=') ? text.split('=', 2) : [null, text];
    const read = parseGrowth(share);
    if (read === undefined)
      throw new ProblemError({
        code: 'commit/growth',
        path: '--growth',
        message: 'cannot be read',
        expected: "a share such as '5 %/month' or 'chat=-20 %/year'",
        received: text,
      });
    if (name === null) return { ...growth, ...ofAll(read) };
    checkWorkload(config, name);
    return { ...growth, [name]: read };
  }, declaredGrowth(config));
}
