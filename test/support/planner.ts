import { join } from 'node:path';
import { readConfig } from '../../lib/adapters/config-file';
import { historyReader } from '../../lib/adapters/history';
import { highsSolver } from '../../lib/adapters/highs';
import { formatPlan } from '../../lib/plan/file/format';
import { makePlan } from '../../lib/plan/make-plan';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { parsePlan } from '../../lib/plan/file/verify';
import { isProblemError, renderProblem } from '../../lib/problems';
import { withoutArma } from '../forecast/support';
import { project } from './foresize';
import { publishedFaults } from './published-form';

export type PlannerOptions = {
  /** @default none */
  readonly previous?: CapacityPlan;
  /** Epoch ms. @default the end of the last observation */
  readonly asOf?: number;
};

/**
 * Makes the plan of a config in this process, as it would be read back from its file: real files of history, the real solver, and the
 * forecast models that need no worker, at the effort `fast` where the config states none. Nothing is replayed. Every plan is held against
 * the published JSON Schema.
 *
 * @param files by name, what the config reads
 */
export async function planOf(
  config: object,
  files: Readonly<Record<string, unknown>>,
  options: PlannerOptions = {},
): Promise<CapacityPlan> {
  const folder = project({ ...files, 'foresize.config.json': { effort: 'fast', ...config } });
  const parsed = readConfig(join(folder, 'foresize.config.json')).config;
  const { history, region } = parsed;
  const plan = await makePlan({
    config: parsed,
    foresize: '0.0.0',
    previous: options.previous ?? null,
    asOf: options.asOf ?? null,
    readHistory: historyReader({ baseDirectory: folder, threads: 1, history, region, now: null, offline: true, environment: {} }),
    runFits: withoutArma,
    solver: await highsSolver(),
  });
  expect(publishedFaults(plan)).toEqual([]);
  return parsePlan(formatPlan(plan), 'capacity-plan.json');
}

/** What refuses a plan, as it is printed, a line each; throws where nothing does. */
export async function refusalOf(config: object, files: Readonly<Record<string, unknown>>, options: PlannerOptions = {}): Promise<string> {
  try {
    await planOf(config, files, options);
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return error.problems.map(renderProblem).join('\n');
  }
  throw new Error('the plan was made');
}

/** The warnings of a plan as they are printed, a line each. */
export function warningsOf({ warnings }: CapacityPlan): string {
  return warnings.map(({ path, message }) => `${path}: ${message}`).join('\n');
}

/** The links of a chain as text, a line each. */
export function textOf(reasons: readonly { readonly text: string }[]): string {
  return reasons.map(({ text }) => text).join('\n');
}
