import type { ProblemPage } from './page';

/** Codes of what `foresize commit` is told of the months to come. */
export const commitCodes = {
  'commit/growth': {
    title: 'How a load grows cannot be read.',
    when: '`foresize commit --growth` is given something that is no share a month or a year.',
    cure: "Write a share with its time, `'5 %/month'` or `'-20 %/year'`; of one workload alone with its name before it, `'chat=5 %/month'`.",
    example: "--growth: cannot be read (expected a share such as '5 %/month' or 'chat=-20 %/year', got 5)",
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
