import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { buildKubernetes } from '../../../constructs/kubernetes/app';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { type Problem, renderProblem } from '../../../lib/problems';
import { samplePlan } from '../../support/sample-plan';
import { seeded, type Seeded } from './seeded-faults';
import { moreSeeded } from './seeded-faults-more';
import { sampleInput, sampleConfig } from './support';

const all = [...seeded, ...moreSeeded];

type Told = { readonly refused: string; readonly told: readonly string[] };

/** What the synthesis of an app says that has one chart, and what it warns of. */
function synthesized(add: (chart: Chart) => void): Told {
  const warnings: string[] = [];
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation((text) => void warnings.push(String(text)));
  try {
    const app = new App();
    add(new Chart(app, 'shop'));
    app.synthYaml();
    return { refused: '', told: warnings };
  } catch (error) {
    return { refused: (error as Error).message, told: warnings };
  } finally {
    warn.mockRestore();
  }
}

function built({ config }: Seeded): Told {
  const { of = 'chat', fields = {}, version = '1.35', isFull, isOnSpot } = config!;
  const workload = Object.fromEntries(
    Object.entries({ ...sampleInput.workloads[of], ...fields }).filter(([, value]) => value !== undefined),
  );
  const told: Problem[] = [];
  const outdir = mkdtempSync(join(tmpdir(), 'foresize-faults-'));
  try {
    const parsed = sampleConfig({ workloads: { [of]: workload }, cluster: { version } });
    buildKubernetes({ config: parsed, plan: planOf({ isFull, isOnSpot }), outdir, warn: (problem) => told.push(problem) });
    return { refused: '', told: told.map(renderProblem) };
  } catch (error) {
    return { refused: (error as Error).message, told: [] };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The sample plan, whose pool of GPUs has no node beside the peak, or no nodes but spot. */
function planOf({ isFull = false, isOnSpot = false }): CapacityPlan {
  const plan = samplePlan();
  const { l40s } = plan.pools;
  const groups = l40s.groups
    .filter(({ capacityType }) => !isOnSpot || capacityType === 'spot')
    .map((group) => (isFull ? { ...group, ceiling: group.peak } : group));
  return { ...plan, pools: { ...plan.pools, l40s: { ...l40s, groups } } };
}

const lineWith = (text: string, { refused, told }: Told): string =>
  [...refused.split('\n'), ...told].find((line) => line.includes(text)) ?? `nothing of it in: ${[refused, ...told].join('\n')}`;

test('the table has more than the 32 faults that are asked for, each once', () => {
  expect(new Set(all.map(({ fault }) => fault)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(32);
});

describe.each(all)('$fault', ({ alone, right, config, is, says, ofConfig, hint, hintOfConfig, ...row }) => {
  test('is found in an app of one’s own, with the path of its construct and a hint', () => {
    const found = synthesized(alone);
    expect(lineWith(says, found)).toContain(hint);
    expect(found.refused !== '').toBe(is === 'refused');
  });

  test('and where it is right, nothing is said', () => {
    expect(synthesized(right)).toEqual({ refused: '', told: [] });
  });

  if (config !== undefined)
    test('is found in a config, with the workload and a hint', () => {
      const found = built({ alone, right, config, is, says, ofConfig, hint, hintOfConfig, ...row });
      const [, kind] = says.split(/: (.*)/s);
      const text = ofConfig ?? (says.startsWith('workloads.') ? says : `workloads.chat: ${kind}`);
      expect(lineWith(text, found)).toContain(hintOfConfig ?? hint);
      expect(found.refused !== '').toBe(is === 'refused');
    });
});

test('nothing is said of the sample', () => {
  const told: Problem[] = [];
  const outdir = mkdtempSync(join(tmpdir(), 'foresize-faults-'));
  buildKubernetes({ config: sampleConfig(), plan: samplePlan(), outdir, warn: (problem) => told.push(problem) });
  rmSync(outdir, { recursive: true });
  expect(told).toEqual([]);
});
