import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import { displayPath } from '../../lib/adapters/config-file';
import { init, type Pipeline, pipelines, type Start, starts } from '../../lib/project';
import { defineCommand } from '../program';

type InitCommandOptions = {
  readonly yes?: boolean;
  readonly start?: Start;
  readonly name?: string;
  readonly prometheus?: string;
  readonly pipeline?: Pipeline;
  readonly json?: boolean;
};

const startNames = Object.keys(starts) as Start[];
const pipelineNames = Object.keys(pipelines) as Pipeline[];

export const initCommand = defineCommand<InitCommandOptions>(
  (command) =>
    command
      .option('--yes', 'ask nothing: attach to what runs, with a sample of recorded load')
      .addOption(new Option('--start <start>', 'what the project starts from (default: attach)').choices(startNames))
      .option('--name <name>', 'the name of the project (default: that of the folder)')
      .option('--prometheus <url>', 'read the load from this Prometheus, in place of the sample')
      .addOption(
        new Option(
          '--pipeline <kind>',
          'plan each night, check pull requests, deploy what is merged (default: as the repository shows)',
        ).choices(pipelineNames),
      )
      .option('--json', 'one JSON document on stdout and nothing else there'),
  {
    notes: `Starts:\n${startNames.map((start) => `  ${start.padEnd(9)} ${starts[start]}`).join('\n')}`,
    examples: [
      'foresize init',
      'foresize init capacity --yes',
      'foresize init --pipeline github',
      'foresize init --start machines --prometheus http://localhost:9090',
    ],
  },
  async ({ argument: directory, options, answer }) => {
    const { yes = false, json = false, name, prometheus, pipeline } = options;
    const isAsked = !yes && !json && options.start === undefined && process.stdin.isTTY && process.stdout.isTTY;
    const start = options.start ?? (isAsked ? await askStart() : undefined);
    const made = init({ directory, start, name, prometheus, pipeline });
    const folder = displayPath(made.directory);
    answer(
      { ...made, directory: folder },
      [
        ...(made.found.length === 0 ? [] : [`found:\n${made.found.map((finding) => `  - ${finding}`).join('\n')}`]),
        made.written.length === 0 ? 'wrote nothing' : `wrote ${made.written.join(', ')}`,
        ...(made.kept.length === 0 ? [] : [`left as it is: ${made.kept.join(', ')}`]),
        `next: ${folder === '.' ? '' : `cd ${folder} && `}npx foresize plan && npx foresize synth`,
      ].join('\n'),
    );
  },
);

async function askStart(): Promise<Start> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const list = startNames.map((start, index) => `  ${index + 1}. ${start}: ${starts[start]}`).join('\n');
    const said = (await terminal.question(`What does the project start from?\n${list}\n[1] `)).trim();
    return startNames.find((start, index) => said === start || said === String(index + 1)) ?? 'attach';
  } finally {
    terminal.close();
  }
}
