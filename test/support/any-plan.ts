import { fc } from '@fast-check/jest';
import { round6 } from '../../lib/figures';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { planJsonSchema } from '../../scripts/plan-schema';

/** A node of the JSON Schema of a plan, as far as that schema uses the language. */
type Node = {
  readonly $ref?: string;
  readonly anyOf?: readonly Node[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | false;
  readonly items?: Node;
};

const schema = planJsonSchema() as Node & { readonly $defs: Readonly<Record<string, Node>> };

/** Plans of every form that the schema allows: optional fields there or not, `null` where it may be, any text and figure. */
export function anyPlan(): fc.Arbitrary<Omit<CapacityPlan, 'digest'>> {
  return anyOf(schema) as fc.Arbitrary<CapacityPlan>;
}

/** A plan that has every field there is, with one entry in each list and table. */
export function fullPlan(): CapacityPlan {
  return fullOf(schema) as CapacityPlan;
}

const resolved = (node: Node): Node => (node.$ref === undefined ? node : schema.$defs[node.$ref.replace('#/$defs/', '')]);

function anyOf(reference: Node): fc.Arbitrary<unknown> {
  const node = resolved(reference);
  if (node.anyOf) return fc.oneof(...node.anyOf.map(anyOf));
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum) return fc.constantFrom(...node.enum);
  if (node.items) return fc.array(anyOf(node.items), { maxLength: 2 });
  if (node.properties) {
    const fields = Object.fromEntries(Object.entries(node.properties).map(([name, field]) => [name, anyOf(field)]));
    return fc.record(fields, { requiredKeys: [...(node.required ?? [])], noNullPrototype: true });
  }
  if (node.additionalProperties) return fc.dictionary(key, anyOf(node.additionalProperties), { maxKeys: 2, noNullPrototype: true });
  return fc.oneof(...[node.type ?? []].flat().map((type) => plain[type]));
}

const figure = fc.oneof(
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => round6(value) + 0),
);
const plain: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  number: figure,
  string: fc.string({ unit: 'grapheme' }),
  null: fc.constant(null),
};
const key = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
function fullOf(reference: Node): unknown {
  const node = resolved(reference);
  if (node.anyOf) return fullOf(node.anyOf[0]);
  if (node.const !== undefined) return node.const;
  if (node.enum) return node.enum[0];
  if (node.items) return [fullOf(node.items)];
  if (node.properties) return Object.fromEntries(Object.entries(node.properties).map(([name, field]) => [name, fullOf(field)]));
  if (node.additionalProperties) return { entry: fullOf(node.additionalProperties) };
  return [node.type].flat().includes('number') ? 1.5 : 'text';
}
