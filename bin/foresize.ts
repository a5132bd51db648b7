#!/usr/bin/env node
import { Command } from 'commander';
import { foresizeVersion } from '../lib/adapters/version';

type Register = (program: Command) => void;

const commands: Readonly<Record<string, () => Register>> = {
  history: () => (require('./commands/history') as typeof import('./commands/history')).historyCommand,
  forecast: () => (require('./commands/forecast') as typeof import('./commands/forecast')).forecastCommand,
  backtest: () => (require('./commands/backtest') as typeof import('./commands/backtest')).backtestCommand,
  plan: () => (require('./commands/plan') as typeof import('./commands/plan')).planCommand,
  synth: () => (require('./commands/synth') as typeof import('./commands/synth')).synthCommand,
  estimate: () => (require('./commands/estimate') as typeof import('./commands/estimate')).estimateCommand,
  catalog: () => (require('./commands/catalog') as typeof import('./commands/catalog')).catalogCommand,
  simulate: () => (require('./commands/simulate') as typeof import('./commands/simulate')).simulateCommand,
  explain: () => (require('./commands/explain') as typeof import('./commands/explain')).explainCommand,
};

function main(args: readonly string[]): void {
  const program = new Command('foresize')
    .description('Forecast-sized infrastructure as code: a reviewable lockfile for capacity, and the Terraform and Kubernetes that follow.')
    .version(foresizeVersion())
    .showHelpAfterError('(run with --help for usage)');
  const wanted = args.find((arg) => Object.hasOwn(commands, arg));
  for (const [name, load] of Object.entries(commands)) if (wanted === undefined || wanted === name) load()(program);
  program.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? (process.env.FORESIZE_DEBUG ? error.stack : error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
}

// A reader that has seen enough (`| head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
main(process.argv.slice(2));
