import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProblemCode } from '../lib/problem-codes';
import { attachCodes } from '../lib/problem-codes/attach';
import { commandCodes } from '../lib/problem-codes/commands';
import { commitCodes } from '../lib/problem-codes/commit';
import { configCodes } from '../lib/problem-codes/config';
import { constructCodes } from '../lib/problem-codes/constructs';
import { deferrableCodes } from '../lib/problem-codes/deferrable';
import { estimateCodes } from '../lib/problem-codes/estimate';
import { historyJudgedCodes } from '../lib/problem-codes/history-judged';
import { historyReadingCodes } from '../lib/problem-codes/history-reading';
import { liveCodes } from '../lib/problem-codes/live';
import { overrideCodes } from '../lib/problem-codes/overrides';
import type { ProblemPage } from '../lib/problem-codes/page';
import { planCodes } from '../lib/problem-codes/plan';
import { planningCodes } from '../lib/problem-codes/planning';
import { sizingCodes } from '../lib/problem-codes/sizing';
import { whatIfCodes } from '../lib/problem-codes/what-if';

/** The table of all codes, in one. */
export const problemPages: Readonly<Record<ProblemCode, ProblemPage>> = {
  ...attachCodes,
  ...configCodes,
  ...historyReadingCodes,
  ...historyJudgedCodes,
  ...liveCodes,
  ...estimateCodes,
  ...planningCodes,
  ...overrideCodes,
  ...whatIfCodes,
  ...commitCodes,
  ...planCodes,
  ...deferrableCodes,
  ...sizingCodes,
  ...commandCodes,
  ...constructCodes,
};

/** Where the pages are, relative to the root of the project. */
export const pagesFolder = 'docs/problems';

/** The text of each page by its path below `pagesFolder`: `history/gap.md`, and the list of all in `README.md`. */
export function problemDocuments(): ReadonlyMap<string, string> {
  const codes = (Object.keys(problemPages) as ProblemCode[]).sort();
  return new Map([['README.md', index(codes)], ...codes.map((code) => [`${code}.md`, page(code, problemPages[code])] as const)]);
}

const areas: Readonly<Record<string, string>> = {
  attach: 'Workloads that run already',
  aws: 'Terraform for AWS',
  catalog: 'The catalogue of machines',
  cli: 'Options of commands',
  cloudwatch: 'Asking CloudWatch',
  commit: 'foresize commit',
  config: 'The config',
  demand: 'From load to replicas',
  estimate: 'Estimates of memory, throughput and time',
  event: 'Events',
  forecast: 'Forecasts',
  guardrail: 'Guardrails',
  history: 'Histories',
  init: 'A new project',
  jobs: 'Lists of jobs',
  kubernetes: 'Manifests for Kubernetes',
  live: 'What is deployed beside the plan',
  model: 'Models',
  operate: 'foresize operate',
  output: 'What is written',
  override: 'Overrides',
  package: 'What is installed',
  plan: 'The plan and its file',
  project: 'Calls of the library',
  propose: 'foresize propose',
  prometheus: 'Asking Prometheus and what speaks its API',
  replay: 'Replays of the last weeks',
  schedule: 'Hours of work that may wait',
  scorecard: 'foresize scorecard',
  secret: 'Secrets',
  simulate: 'foresize simulate',
  sizing: 'Nodes within the limits',
  strategy: 'Strategies of scaling',
  'what-if': 'foresize what-if',
};

const weights: Readonly<Record<NonNullable<ProblemPage['weight']>, string>> = {
  refusal: 'A refusal: nothing is planned or written.',
  warning: 'A warning: the work goes on, and someone should look at it.',
  note: 'A note: good to know.',
  'refusal or warning': 'A refusal (nothing is planned or written) or a warning.',
  'warning or note': 'A warning (someone should look at it) or a note (good to know).',
};

function page(code: ProblemCode, { title, weight = 'refusal', when, cure, example }: ProblemPage): string {
  return `<!-- made by npm run problem-pages -->

# \`${code}\`

**${title}** ${weights[weight]}

## When

${when}

## What it looks like

\`\`\`text
${example}
\`\`\`

## What to do

${cure}
`;
}

function index(codes: readonly ProblemCode[]): string {
  const sections = Object.entries(areas).map(([area, title]) => {
    const rows = codes
      .filter((code) => code.startsWith(`${area}/`))
      .map((code) => `- [\`${code}\`](${code}.md): ${problemPages[code].title}`);
    return `## ${title}\n\n${rows.join('\n')}\n`;
  });
  return `<!-- made by npm run problem-pages -->

# Problems, by code

Whatever foresize refuses or warns of has a code: \`--json\` shows it as \`code\`, a plan holds those of its warnings, and \`foresize history\` prints it beside each finding. Codes are stable. A page says when its code comes up and what to do.

${sections.join('\n')}`;
}

/** `npm run problem-pages` */
if (require.main === module) {
  const folder = join(__dirname, '..', pagesFolder);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of problemDocuments()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
