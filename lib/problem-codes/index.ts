import type { attachCodes } from './attach';
import type { commandCodes } from './commands';
import type { commitCodes } from './commit';
import type { configCodes } from './config';
import type { constructCodes } from './constructs';
import type { deferrableCodes } from './deferrable';
import type { estimateCodes } from './estimate';
import type { historyJudgedCodes } from './history-judged';
import type { historyReadingCodes } from './history-reading';
import type { liveCodes } from './live';
import type { overrideCodes } from './overrides';
import type { planCodes } from './plan';
import type { planningCodes } from './planning';
import type { sizingCodes } from './sizing';
import type { whatIfCodes } from './what-if';

/**
 * Every code that a problem or a warning of a plan may have: `AREA/WHAT`. Codes are stable; people look them up and scripts compare them.
 * The tables of this folder say of each what it means and what to do, and `npm run problem-pages` makes a page of each in
 * `docs/problems/`. Only their keys are used while foresize runs, so that no run loads the texts.
 */
export type ProblemCode = keyof (typeof attachCodes &
  typeof configCodes &
  typeof deferrableCodes &
  typeof historyReadingCodes &
  typeof historyJudgedCodes &
  typeof liveCodes &
  typeof estimateCodes &
  typeof planningCodes &
  typeof overrideCodes &
  typeof whatIfCodes &
  typeof commitCodes &
  typeof planCodes &
  typeof sizingCodes &
  typeof commandCodes &
  typeof constructCodes);

/** The second part of the codes of an area: `'missing' | 'invalid' | ...` of `'config'`. */
export type CodeOf<Area extends string> = ProblemCode extends infer Code ? (Code extends `${Area}/${infer What}` ? What : never) : never;
