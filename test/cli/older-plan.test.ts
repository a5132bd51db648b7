import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';
import { planDigest } from '../../lib/plan/file/format';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';

const folder = project({
  'chat.csv': hourlyCsv(15 * 24, (hour) => wave(hour)),
  'holes.csv': hourlyCsv(15 * 24, (hour) => (hour % 3 === 0 ? wave(hour) : undefined)),
});
const planFile = join(folder, 'capacity-plan.json');
const planText = () => readFileSync(planFile, 'utf8');

type Change = { readonly throughput?: string; readonly load?: string };

async function run(args: string, { throughput = '12 req/s', load = 'chat.csv' }: Change = {}) {
  const chat = {
    ...rawConfig().workloads.chat,
    load: { kind: 'csv', path: load, unit: 'req/s' },
    replica: { gpus: 1, throughput },
    owner: 'manifests',
    metric: { kind: 'pods', name: 'requests_per_second' },
    replay: 'off',
    image: 'example.com/chat:1',
  };
  const config = rawConfig({ workloads: { chat: chat as never }, effort: 'fast', history: { unusable: 'keep-floor' } });
  writeFileSync(join(folder, 'foresize.config.json'), JSON.stringify(config));
  const [out, err]: [string[], string[]] = [[], []];
  const all = [...args.split(' '), '--config', join(folder, 'foresize.config.json')];
  const exitCode = await runProgram(commands, all, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    now: Date.UTC(2026, 10, 23),
  });
  return { exitCode, stdout: out.join(''), stderr: err.join('') };
}

/** A plan as the first form of the file had it: money a month is the rate of the horizon. */
function inFormOne(text: string, fields: object = {}): string {
  const plan = JSON.parse(text) as CapacityPlan;
  const { strategy, usd, ...chat } = plan.workloads.chat;
  const { cost, pools, ...rest } = plan;
  const old = {
    ...rest,
    schema: 1,
    foresize: '0.0.9',
    digest: undefined,
    binding: [],
    cost: { usdPerMonth: { now: null, p50: (cost.usd.p50 * 730) / 24, p95: (cost.usd.p95 * 730) / 24 }, status: cost.status },
    pools: Object.fromEntries(Object.entries(pools).map(([name, pool]) => [name, { ...pool, usd: undefined }])),
    workloads: {
      chat: {
        ...chat,
        usdPerMonth: { now: null, p95: usd.p95 * (730 / 24) },
        strategy: strategy && { ...strategy, usd: undefined, usdPerMonth: strategy.usd },
        ...fields,
      },
    },
  };
  return JSON.stringify({ ...old, digest: planDigest(old) });
}

async function makeFormOne(fields?: object): Promise<string> {
  await run('plan --fresh');
  const text = inFormOne(planText(), fields);
  writeFileSync(planFile, text);
  return text;
}

const withoutTrace = (text: string) => text.replace(/"(previous|digest)": (null|"[^"]*")/g, '');

test('an upgrade that changes the form of the file opens one change, whose cause is named', async () => {
  await run('plan --fresh');
  const fresh = planText();
  await makeFormOne();
  const first = await run('plan');
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toMatch(
    /wrote .*capacity-plan\.json: foresize \S+ writes plans of form 2, in place of form 1 by foresize 0\.0\.9$/m,
  );
  expect(first.stderr).toMatch(
    /^warning: .*capacity-plan\.json: is of form 1 by foresize 0\.0\.9, and is made anew in form 2; .*; the new plan has the same sizes$/m,
  );
  expect(withoutTrace(planText())).toBe(withoutTrace(fresh));
  const second = await run('plan');
  expect([second.exitCode, second.stdout]).toEqual([0, expect.stringContaining('stays as it is: unchanged')]);
});

test('the sizes that differ from those of a plan of an older form are listed', async () => {
  await makeFormOne({ ceiling: 60 });
  const { stderr } = await run('plan');
  expect(stderr).toMatch(/; sizes that differ: workloads\.chat\.ceiling 60 \(now \d+\)$/m);
});

test('guardrails hold against the floors of a plan of an older form, and a refusal leaves it in place', async () => {
  const old = await makeFormOne();
  const { exitCode, stderr } = await run('plan', { throughput: '4 req/s' });
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/highest floor goes from \d+ to \d+ .* more than guardrails\.stepUp/)]);
  expect(planText()).toBe(old);
});

test('a workload whose forecast is withheld keeps the floor of a plan of an older form', async () => {
  await makeFormOne({ floor: 4, peak: 5 });
  const { exitCode } = await run('plan --as-of 2026-11-23T00:00:00Z', { load: 'holes.csv' });
  const { schema, workloads } = JSON.parse(planText()) as CapacityPlan;
  expect([exitCode, schema, workloads.chat.floor]).toEqual([0, 2, 4]);
});

test.each(['synth --frozen', 'synth', 'explain chat'])(
  '%s refuses a plan of an older form, and names the command that makes it anew',
  async (args) => {
    const old = await makeFormOne();
    const { exitCode, stderr } = await run(args);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/schema version that this foresize does not read \(expected 2, got 1\)\. Hint: .* run `foresize plan`/),
    ]);
    expect(planText()).toBe(old);
  },
);

test.each<[string, (text: string) => string, RegExp]>([
  ['edited by hand', (text) => text.replace('"ceiling":', '"ceiling":1'), /is of form 1 by foresize 0\.0\.9, and was edited by hand: /],
  ['whose floor is no whole number', (text) => withFields(text, { floor: 1.5 }), /workloads\.chat\.floor is not what a plan can hold here/],
  ['without a schedule', (text) => withFields(text, { schedule: [] }), /workloads\.chat\.schedule is not what a plan holds here/],
])('a plan of an older form %s is dropped, and a new one is made as if there were none', async (_, edit, why) => {
  writeFileSync(planFile, edit(await makeFormOne()));
  const { exitCode, stderr } = await run('plan', { throughput: '4 req/s' });
  expect([exitCode, stderr]).toEqual([0, expect.stringMatching(why)]);
  expect(stderr).toMatch(/it is not taken for the plan before and is made anew/);
});

/** The text of a plan with other fields of its workload, and a digest that matches. */
function withFields(text: string, fields: object): string {
  const { digest, ...plan } = JSON.parse(text) as CapacityPlan;
  const edited = { ...plan, workloads: { chat: { ...plan.workloads.chat, ...fields } } };
  return JSON.stringify({ ...edited, digest: digest && planDigest(edited) });
}
