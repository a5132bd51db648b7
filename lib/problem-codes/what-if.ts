import type { ProblemPage } from './page';

/** Codes of what is assumed to be otherwise than it is. */
export const whatIfCodes = {
  'what-if/assumption': {
    title: 'An assumption cannot be taken.',
    when: '`foresize what-if` is given something that is no `NAME=VALUE`, a value that is not of the form that the message names, or what cannot be so of that workload or pool.',
    cure: 'Write it as the message or the hint shows; `foresize what-if --help` lists all that can be assumed.',
    example: "chat=3: cannot be taken (expected a multiple of its load such as '3x', got 3)",
  },
  'what-if/unknown': {
    title: 'An assumption is about what is not there.',
    when: 'Its name is that of no workload, pool, quota, event or instance type that the config uses, or the event lifts no load in the horizon.',
    cure: 'Take one of those that the hint lists.',
    example:
      "quota.L-00000000=128: there is no 'L-00000000' of which it could be assumed. Hint: there are: L-3819A6DF, L-DB2E81BA; for example quota.L-DB2E81BA=128",
  },
  'what-if/twice': {
    title: 'The same is assumed twice.',
    when: 'Two assumptions of one call are about the same load, limit or price.',
    cure: 'State it once.',
    example: "chat=4x: assumes 'load.chat' a second time. Hint: state it once",
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
