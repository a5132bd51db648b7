import { fc, test as property } from '@fast-check/jest';
import { formatPlan, planDigest, sealPlan } from '../../../lib/plan/file/format';
import { keepPrevious } from '../../../lib/plan/file/keep';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { verifyPlanMatches } from '../../../lib/plan/file/belongs';
import { parsePlanForm } from '../../../lib/plan/file/verify';
import { testConfig } from '../../support/config';
import { samplePlan } from '../../support/sample-plan';

const sealed = sealPlan(samplePlan());
const text = formatPlan(sealed);

describe('the text of a plan', () => {
  test('reads back as the plan that was written', () =>
    expect(parsePlanForm(text, 'capacity-plan.json')).toEqual(JSON.parse(JSON.stringify(sealed))));
  test('is the same again when what was read is written', () => expect(formatPlan(parsePlanForm(text, 'p'))).toBe(text));
  test('has one line for each entry of a schedule', () => {
    expect(text).toContain(
      '        { "from": "2026-11-23T05:50:00Z", "replicas": 6 },\n        { "from": "2026-11-23T18:00:00Z", "replicas": 3 },\n',
    );
  });
  test('has sorted keys', () => {
    const keys = [...text.matchAll(/^ {2}"(\w+)":/gm)].map(([, key]) => key);
    expect(keys).toEqual([...keys].sort());
  });
  test('does not depend on the order in which the plan was put together', () => {
    const { digest, ...rest } = sealed;
    const shuffled = Object.fromEntries(Object.entries(rest).reverse()) as Omit<CapacityPlan, 'digest'>;
    expect(formatPlan(sealPlan(shuffled))).toBe(text);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
  property.prop([fc.double({ min: 0, max: 1e9, noNaN: true })])(
    'holds figures with 6 significant digits, and whole numbers whole',
    (p95) => {
      const plan = sealPlan({ ...samplePlan(), cost: { ...samplePlan().cost, bound: p95 } });
      const { bound } = plan.cost;
      expect(Number(bound.toPrecision(6)) === bound || Number.isInteger(bound)).toBe(true);
      expect(parsePlanForm(formatPlan(plan), 'p').cost.bound).toBe(bound);
    },
  );
});

describe('a plan that was tampered with', () => {
  const lines = text.split('\n');
  property.prop([fc.integer({ min: 0, max: text.length - 1 }), fc.constantFrom('0', '7', 'x')])(
    'any change of a character is refused or changes nothing',
    (at, character) => {
      const edited = text.slice(0, at) + character + text.slice(at + 1);
      let plan: CapacityPlan | undefined;
      try {
        plan = parsePlanForm(edited, 'capacity-plan.json');
      } catch {
        return;
      }
      expect(plan).toEqual(JSON.parse(text));
    },
  );
  test('an edited floor is refused with what to do', () => {
    const edited = lines.map((line) => line.replace('"replicas": 6', '"replicas": 60')).join('\n');
    expect(() => parsePlanForm(edited, 'capacity-plan.json')).toThrow(
      'capacity-plan.json: was edited by hand: its digest does not match its content. Hint: change the config and run `foresize plan`, or restore the file from version control',
    );
  });
  test('another schema version is refused before anything else of it is believed', () => {
    expect(() => parsePlanForm('{ "schema": 3 }', 'p')).toThrow(
      'p: has a schema version that this foresize does not read (expected 2, got 3)',
    );
  });
  test.each(['', '{', 'null', '[]', '<<<<<<< HEAD'])("'%s' is refused", (broken) =>
    expect(() => parsePlanForm(broken, 'p')).toThrow(/^p: /),
  );
  test('a plan of another config is refused', () => {
    expect(() => verifyPlanMatches(sealed, testConfig(), 'capacity-plan.json')).toThrow(/capacity-plan.json: was made from another config/);
  });
});

describe('keeping the plan that is there', () => {
  const next = (change: (plan: CapacityPlan) => CapacityPlan) => sealPlan(change(sealed));
  test('when all figures are equal, whatever merely tells it from its predecessor', () => {
    const same = next((plan) => ({
      ...plan,
      sources: { ...plan.sources, previous: sealed.digest },
      cost: { ...plan.cost, usdPerMonth: { ...plan.cost.usdPerMonth, now: 52_500 } },
    }));
    expect(keepPrevious(sealed, same, 0)).toEqual({ keep: true, why: 'unchanged' });
  });
  test('when only the version of foresize is another', () => {
    expect(
      keepPrevious(
        sealed,
        next((plan) => ({ ...plan, foresize: '9.9.9' })),
        0,
      ),
    ).toEqual({ keep: true, why: 'unchanged' });
  });
  test('a change below the stickiness leaves it', () => {
    const dearer = next((plan) => ({
      ...plan,
      pools: { ...plan.pools, general: { ...plan.pools.general, groups: [] } },
      cost: { ...plan.cost, usdPerMonth: { ...plan.cost.usdPerMonth, p95: 53_000 } },
    }));
    expect(keepPrevious(sealed, dearer, 0.03).keep).toBe(true);
    expect(keepPrevious(sealed, dearer, 0.001)).toEqual({ keep: false, why: 'an ordinary month costs more by over 0.1 %' });
  });
  test('a floor that is far too low is renewed', () => {
    const more = next((plan) => ({
      ...plan,
      workloads: { ...plan.workloads, chat: { ...plan.workloads.chat, schedule: [{ from: plan.asOf, replicas: 7 }] } },
    }));
    expect(keepPrevious(sealed, more, 0.03)).toEqual({
      keep: false,
      why: 'the floor of chat is to be 7 at 2026-11-23T00:00:00Z, in place of 2',
    });
  });
  test('a small change does not stay when the old plan is about to expire', () => {
    const later = next((plan) => ({ ...plan, asOf: '2026-11-29T00:00:00Z', validUntil: '2026-12-06T00:00:00Z' }));
    expect(keepPrevious(sealed, later, 0.03)).toEqual({ keep: false, why: 'the old plan expires in 1d' });
  });
  test('another config never keeps it', () => {
    const other = next((plan) => ({ ...plan, sources: { ...plan.sources, config: 'sha256:0' } }));
    expect(keepPrevious(sealed, other, 1)).toEqual({ keep: false, why: 'the config has changed' });
  });
});

test('the digest of a plan covers every figure of it', () => {
  const { digest, ...rest } = sealed;
  expect(planDigest(rest)).toBe(digest);
  expect(planDigest({ ...rest, validUntil: '2027-01-01T00:00:00Z' })).not.toBe(digest);
});
