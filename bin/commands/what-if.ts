import { whatIf } from '../../lib/project';
import { assumptionKinds } from '../../lib/plan/what-if';
import { defineCommand } from '../program';
import { type CommonOptions, withAsOf, withCommonOptions } from './common';

type WhatIfOptions = CommonOptions & { readonly asOf?: number; readonly breaks: boolean };

export const whatIfCommand = defineCommand<WhatIfOptions>(
  (command) => withAsOf(withCommonOptions(command)).option('--no-breaks', 'do not look for the load at which each limit breaks'),
  {
    notes: `What can be assumed, several at once:\n${Object.values(assumptionKinds)
      .map(({ form, says }) => `  ${form.padEnd(28)}${says}`)
      .join('\n')}`,
    examples: ['foresize what-if chat=3x', 'foresize what-if chat=3x spot=off quota.L-DB2E81BA=128', 'foresize what-if --json'],
  },
  async ({ argumentList, options, running, answer }) => {
    const { document, text } = await whatIf({ ...options, ...running, assumptions: argumentList });
    answer(document, text);
    return document.then === null ? 2 : 0;
  },
);
