import { dirname, join, resolve } from 'node:path';
import { displayPath } from '../../lib/adapters/config-file';
import { writeTogether } from '../../lib/adapters/output';
import { renderProblem } from '../../lib/problems';
import { report } from '../../lib/project';
import { formatBytes } from '../../lib/figures';
import { defineCommand } from '../program';
import { type CommonOptions, withCommonOptions } from './common';

type ReportOptions = CommonOptions & { readonly history?: boolean };

export const reportCommand = defineCommand<ReportOptions>(
  (command) =>
    withCommonOptions(command)
      .option('--out <file>', 'where the page is written (default: capacity-report.html beside the plan)')
      .option('--history', 'also read the histories, files and what live sources answered before, and show the load before the plan'),
  {
    notes: 'One file of HTML that loads nothing. It reads the plan and uses no network; the same plan gives the same bytes.',
    examples: ['foresize report', 'foresize report --history --out public/index.html'],
  },
  async ({ options, running, answer, warn }) => {
    const { project, plan, page, isOfConfig, refused } = await report({ ...options, ...running });
    const planFile = displayPath(project.planFile);
    if (!isOfConfig) warn(`${planFile} was made from another config; this shows the plan as it is`);
    for (const problem of refused) warn(`${renderProblem(problem)}; it is left out of the page`);
    const path = options.out === undefined ? join(dirname(project.planFile), 'capacity-report.html') : resolve(options.out);
    writeTogether([{ path, text: page }]);
    const bytes = Buffer.byteLength(page);
    const workloads = Object.keys(plan.workloads).length;
    answer(
      { file: displayPath(path), plan: plan.digest, bytes, workloads },
      `wrote ${displayPath(path)}, ${formatBytes(bytes)}: ${planFile} to be read in a browser`,
    );
  },
);
