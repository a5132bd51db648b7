import type { Command } from 'commander';
import { shown } from '../../lib/adapters/config-file';
import { configDigest } from '../../lib/config';
import { bindingText, explain } from '../../lib/plan/explain';
import { openProject, readPlan } from '../../lib/project/project';
import { action, type CommonOptions, print, printJson, warn, withCommonOptions } from './common';

export function explainCommand(program: Command): void {
  withCommonOptions(program.command('explain'))
    .description('the chain behind each number of a workload or pool, as the plan holds it')
    .argument('<name>', 'a workload or a pool')
    .addHelpText('after', '\nExamples:\n  foresize explain chat\n  foresize explain l40s --json')
    .action(
      action((name: string, options: CommonOptions) => {
        const project = openProject(options);
        const { config, planFile } = project;
        const plan = readPlan(project);
        if (plan.sources.config !== configDigest(config))
          warn(`${shown(planFile)} was made from another config; this explains the plan as it is`);
        const { headline, chain, rows, binding, ...rest } = explain(plan, name);
        if (options.json) printJson({ ...rest, headline, chain, rows, binding });
        else {
          print(headline);
          print(`\nwhy:\n${chain.map(({ text }, index) => `  ${index + 1}. ${text}`).join('\n')}`);
          print(`\nby period:\n${rows.map(({ from, text }) => `  ${from}  ${text}`).join('\n')}`);
          if (binding.length > 0) {
            print(`\nlimits that bind:\n${binding.map((fact) => `  ${fact.limit}: ${bindingText(fact)}`).join('\n')}`);
          }
        }
        return 0;
      }),
    );
}
