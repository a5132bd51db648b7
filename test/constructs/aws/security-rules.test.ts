import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/foresize';
import type { MetRule, SecurityRule } from './security-rule';
import { securityRules, securityRulesPage } from './security-rules';
import type { Attributes, Terraform } from './support';
import { stacksOf, variants } from './variants';

const met = securityRules.filter((rule): rule is SecurityRule & MetRule => 'met' in rule);
const same = <Value>(value: Value): Value => value;
const built = Object.fromEntries(Object.entries(variants).map(([name, make]) => [name, Object.values(stacksOf(make()))]));
const found = (stacks: readonly Terraform[], { type }: MetRule): [Attributes, Terraform][] =>
  stacks.flatMap((stack) => Object.values(stack.resource[type] ?? {}).map((attributes): [Attributes, Terraform] => [attributes, stack]));

describe.each(met.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test('it holds in all examples, but for those whose config says otherwise', () => {
    const broken = Object.keys(built).filter(
      (name) => !found(built[name], rule).every(([attributes, stack]) => rule.holds(attributes, stack)),
    );
    expect(broken).toEqual(rule.unless?.variants ?? []);
  });

  test('it is about something that is emitted, and sees what does not keep to it', () => {
    const all = Object.values(built).flatMap((stacks) => found(stacks, rule));
    expect(all.length).toBeGreaterThan(0);
    const { wrong = same, wrongStack = same } = rule;
    expect(all.every(([attributes, stack]) => rule.holds(wrong(attributes), wrongStack(stack)))).toBe(false);
  });
});

test('each rule is there once', () => {
  const ids = securityRules.flatMap(({ id }) => id.split(', '));
  expect(ids).toEqual([...new Set(ids)]);
});

test('docs/security-rules.md has these rules (FORESIZE_UPDATE_GOLDEN=1 writes it anew)', () => {
  const page = join(root, 'docs/security-rules.md');
  if (process.env.FORESIZE_UPDATE_GOLDEN) writeFileSync(page, securityRulesPage());
  expect(readFileSync(page, 'utf8')).toBe(securityRulesPage());
});
