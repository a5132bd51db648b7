import { doctor } from '../../lib/project';
import { textTable } from '../../lib/report/table';
import { defineCommand } from '../program';
import { type CommonOptions, type HistoryOptions, withCommonOptions, withHistoryOptions } from './common';

const marks = { ok: 'ok', absent: '-', wrong: 'WRONG' } as const;

export const doctorCommand = defineCommand<CommonOptions & HistoryOptions>(
  (command) => withHistoryOptions(withCommonOptions(command)),
  {
    notes: 'Credentials are only looked for, never read. Exit code 2: something is wrong; what is merely absent (-) is no fault.',
    examples: ['foresize doctor', 'foresize doctor --offline --json'],
  },
  async ({ options, running, answer }) => {
    const findings = await doctor({ ...options, ...running });
    const rows = findings.map(({ what, state, found }) => [what, marks[state], found]);
    const cures = findings.flatMap(({ what, cure }) => (cure === null ? [] : [`  - ${what}: ${cure}`]));
    const table = textTable([{ title: 'looked at' }, { title: '' }, { title: 'found' }], rows);
    answer({ findings }, [table, ...(cures.length === 0 ? [] : [`what to do:\n${cures.join('\n')}`])].join('\n\n'));
    return findings.some(({ state }) => state === 'wrong') ? 2 : 0;
  },
);
