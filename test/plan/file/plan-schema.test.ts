import { test as property } from '@fast-check/jest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatPlan, sealPlan } from '../../../lib/plan/file/format';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { parsePlanForm } from '../../../lib/plan/file/verify';
import { isProblemError, type Problem, renderProblem } from '../../../lib/problems';
import { planJsonSchema, planSchemaFile } from '../../../scripts/plan-schema';
import { anyPlan, fullPlan } from '../../support/any-plan';
import { publishedFaults } from '../../support/published-form';
import { samplePlan } from '../../support/sample-plan';

const root = join(__dirname, '../../..');
const jsonSchema = planJsonSchema() as object;
const full = fullPlan();

describe('the published JSON Schema', () => {
  test('is the one that the source yields (npm run plan-schema)', () => {
    expect(JSON.parse(readFileSync(join(root, planSchemaFile), 'utf8'))).toEqual(jsonSchema);
  });
  test('accepts the committed sample plan', () => {
    expect(publishedFaults(JSON.parse(readFileSync(join(root, 'capacity-plan.json'), 'utf8')))).toEqual([]);
  });
  test('accepts the plan that tests of constructs build from', () => expect(publishedFaults(sealPlan(samplePlan()))).toEqual([]));
  test('says of a field what the comment above it says', () => {
    const { Workload, Forecast } = (jsonSchema as { $defs: Record<string, { properties: Record<string, { description?: string }> }> })
      .$defs;
    expect(Workload.properties.protect.description).toBe("Quantile of the period's mean that the floor covers.");
    expect(JSON.stringify(Forecast.properties.like)).toContain("Own level by the sibling's.");
  });
  test('refuses what foresize refuses, and nothing else, of every change of one field', () => {
    const judgedApart = changes(full).filter(({ plan, code }) => publishedFaults(plan).length > 0 !== (code !== null));
    expect(judgedApart.map(({ what }) => what)).toEqual([]);
  });
});

describe('a plan that is read', () => {
  property.prop([anyPlan()], { numRuns: 200 })('is the one that was written, whatever it holds', (plan) => {
    const sealed = sealPlan(plan);
    expect(parsePlanForm(formatPlan(sealed), 'plan.json')).toEqual(sealed);
  });
  test('is refused without any one of its fields but the optional ones, with another sort of value in it, and with one more field', () => {
    const all = changes(full);
    expect(all.length).toBeGreaterThan(400);
    const said = all.map(({ what, plan }) => [what, ...problemsOf(sealedText(plan)).map(({ code, path }) => `${code} ${path}`)]);
    expect(said).toEqual(all.map(({ what, path, code }) => (code === null ? [what] : [what, `${code} plan.json: ${path}`])));
  });
  test('without its digest is refused as edited, and told what is missing', () => {
    expect(problemsOf(JSON.stringify({ ...full, digest: undefined })).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'plan/edited plan.json',
      'plan/missing-field plan.json: digest',
    ]);
  });
  test('that is wrong in several places is refused with all of them, each with what belongs there and what stands there', () => {
    const chat = { ...samplePlan().workloads.chat, owner: 'nobody', ceiling: '12', target: { cpu: 0.7 }, colour: 'blue' };
    const { cost, ...rest } = samplePlan();
    const text = JSON.stringify(sealPlan({ ...rest, workloads: { chat } } as unknown as CapacityPlan));
    expect(cost).toBeDefined();
    expect(problemsOf(text).map(({ path, message, expected, received }) => [path, message, expected, received])).toEqual([
      ['plan.json: workloads.chat.owner', 'is not what a plan holds here', '"keda" or "live" or "manifests" or "operate"', '"nobody"'],
      ['plan.json: workloads.chat.ceiling', 'is not what a plan holds here', 'a number', '"12"'],
      ['plan.json: workloads.chat.target.memory', 'is missing', 'a number', undefined],
      ['plan.json: workloads.chat.colour', 'is no field of a plan that this foresize knows', undefined, undefined],
      ['plan.json: cost', 'is missing', 'an object', undefined],
    ]);
  });
  test('of quite another form is refused with the first of its problems and their number', () => {
    const load = Array.from({ length: 200 }, () => ({ from: '2026-11-23T00:00:00Z', mean: 3 }));
    const chat = { ...samplePlan().workloads.chat, load } as unknown as CapacityPlan['workloads'][string];
    const problems = problemsOf(JSON.stringify(sealPlan({ ...samplePlan(), workloads: { chat } })));
    expect(problems).toHaveLength(21);
    expect(problems[20].message).toBe('has 780 more fields that are not right');
  });
  test('keeps the order in which its fields stand in the file', () => {
    const text = formatPlan(sealPlan(samplePlan()));
    expect(JSON.stringify(parsePlanForm(text, 'plan.json'))).toBe(JSON.stringify(JSON.parse(text)));
  });
  test('of another version of foresize is read where nothing in it is unknown', () => {
    expect(problemsOf(sealedText({ ...samplePlan(), foresize: '9.9.9' }), '0.1.0')).toEqual([]);
  });
  test('with a field that only a later foresize knows is refused with the field and both versions', () => {
    const problems = problemsOf(sealedText({ ...samplePlan(), foresize: '0.9.0', commitments: [] }), '0.1.0');
    expect(problems.map(renderProblem)).toEqual([
      'plan.json: was made by foresize 0.9.0, and foresize 0.1.0 does not read all of it. Hint: use foresize 0.9.0, or run `foresize plan --fresh` to write it anew',
      'plan.json: commitments: is no field of a plan that this foresize knows. Hint: restore the file from version control, or run `foresize plan --fresh` to write it anew',
    ]);
  });
  test('of the same version with an unknown field is not told of versions', () => {
    const problems = problemsOf(sealedText({ ...samplePlan(), foresize: '0.1.0', commitments: [] }), '0.1.0');
    expect(problems.map(({ code }) => code)).toEqual(['plan/unknown-field']);
  });
  test('with a warning whose code this version does not have is read', () => {
    const warnings = [{ code: 'weather/storm', path: 'pools.l40s', message: 'is in its way' }];
    expect(problemsOf(sealedText({ ...samplePlan(), warnings }))).toEqual([]);
  });
  test('whose fields were changed by hand is told both: that it was edited, and what is wrong', () => {
    const text = formatPlan(sealPlan(samplePlan())).replace('"floor": 3', '"floor": "3"');
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['plan/edited', 'plan/wrong-field']);
  });
});

type Change = { readonly what: string; readonly plan: unknown; readonly path: string; readonly code: Problem['code'] | null };

/** Every way to take one field of a plan away, to put another sort of value in its place, or to add one that nobody knows. */
function changes(plan: unknown): Change[] {
  return placesOf(plan, jsonSchema as Shape).flatMap(({ keys, isOptional, isObject }): Change[] => {
    const path = keys.join('.').replaceAll(/\.(\d+)/g, '[$1]');
    const at = (value: unknown) => JSON.parse(JSON.stringify(replaced(plan, keys, value))) as unknown;
    const other = typeof valueIn(plan, keys) === 'string' ? 17 : 'seventeen';
    return [
      { what: `without ${path}`, plan: at(undefined), path, code: isOptional ? null : 'plan/missing-field' },
      { what: `with ${other} as ${path}`, plan: at(other), path, code: 'plan/wrong-field' },
      ...(isObject
        ? [
            {
              what: `with a colour in ${path}`,
              plan: replaced(plan, [...keys, 'colour'], 'blue'),
              path: `${path}.colour`,
              code: 'plan/unknown-field' as const,
            },
          ]
        : []),
    ];
  });
}

type Shape = {
  readonly $ref?: string;
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | false;
  readonly items?: Shape;
};
type Place = { readonly keys: readonly string[]; readonly isOptional: boolean; readonly isObject: boolean };

/** The places of all fields of a plan but the schema version and the digest, which are checked before its form is. */
function placesOf(plan: unknown, reference: Shape, keys: readonly string[] = []): Place[] {
  const name = reference.$ref?.replace('#/$defs/', '');
  const shape = name === undefined ? reference : (jsonSchema as { $defs: Record<string, Shape> }).$defs[name];
  if (shape.anyOf) return placesOf(plan, shape.anyOf[0], keys);
  if (shape.items) return placesOf((plan as unknown[])[0], shape.items, [...keys, '0']);
  if (shape.additionalProperties) return placesOf((plan as { entry: unknown }).entry, shape.additionalProperties, [...keys, 'entry']);
  return Object.entries(shape.properties ?? {}).flatMap(([field, inner]): Place[] => {
    const own = [...keys, field];
    if (['schema', 'digest'].includes(own.join('.'))) return [];
    const value = (plan as Record<string, unknown>)[field];
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !isTable(inner);
    return [{ keys: own, isOptional: !shape.required?.includes(field), isObject }, ...placesOf(value, inner, own)];
  });
}

function isTable({ additionalProperties }: Shape): boolean {
  return typeof additionalProperties === 'object';
}

function valueIn(data: unknown, keys: readonly string[]): unknown {
  return keys.reduce((value, key) => (value as Record<string, unknown>)[key], data);
}

function replaced(data: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  const own = rest.length === 0 ? value : replaced((data as Record<string, unknown>)[key], rest, value);
  if (Array.isArray(data)) return data.map((item: unknown, index) => (String(index) === key ? own : item));
  return { ...(data as object), [key]: own };
}

function sealedText(plan: unknown): string {
  const { digest, ...rest } = plan as CapacityPlan;
  void digest;
  return JSON.stringify(sealPlan(rest));
}

function problemsOf(text: string, reader?: string): readonly Problem[] {
  try {
    parsePlanForm(text, 'plan.json', reader);
    return [];
  } catch (error) {
    if (isProblemError(error)) return error.problems;
    throw error;
  }
}
