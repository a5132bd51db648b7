import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { z } from 'zod';
import { planSchema } from '../lib/plan/file/schema';

const root = join(__dirname, '..');
const sources = [
  'lib/plan/file/schema.ts',
  'lib/plan/file/workload-schema.ts',
  'lib/plan/file/evidence-schema.ts',
  'lib/plan/file/schema-fields.ts',
];

/** Where the JSON Schema of a plan is published, relative to the root of the project. */
export const planSchemaFile = 'docs/plan.schema.json';

/**
 * The JSON Schema of `capacity-plan.json`: form by zod, and the description of each field from the comment above it, which is where
 * editors take theirs from.
 */
export function planJsonSchema(): unknown {
  const schema: Node = z.toJSONSchema(planSchema, { target: 'draft-2020-12' });
  for (const file of sources) {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
    for (const { id, fields } of namedObjects(source)) describe(fields, asNode(asNode(schema.$defs)[id]));
  }
  return schema;
}

type Node = { readonly [key: string]: unknown };

/** Every `strictObject({ ... }).meta({ id: '...' })`, with the object literal that lists its fields. */
function namedObjects(source: ts.SourceFile): { readonly id: string; readonly fields: ts.ObjectLiteralExpression }[] {
  return callsIn(source, 'meta').flatMap((call) => {
    const id = /\bid: '(\w+)'/.exec(call.arguments[0].getText())?.[1];
    const [object] = callsIn(call.expression, 'strictObject');
    return id === undefined || object === undefined ? [] : [{ id, fields: object.arguments[0] as ts.ObjectLiteralExpression }];
  });
}

/** Puts the comments of fields into the properties of a node, and goes on into objects that are written in place. */
function describe(fields: ts.ObjectLiteralExpression, node: Node): void {
  const properties = asNode(node.properties);
  for (const field of fields.properties) {
    const property = asNode(properties[(field.name as ts.Identifier | ts.StringLiteral).text]);
    const comment = ts.getJSDocCommentsAndTags(field).filter(ts.isJSDoc).at(-1)?.comment;
    if (comment !== undefined) Object.assign(property, { description: ts.getTextOfJSDocComment(comment) });
    const [inner, target] = [callsIn(field, 'strictObject'), objectsIn(property)];
    inner.forEach((object, index) => describe(object.arguments[0] as ts.ObjectLiteralExpression, target[index]));
  }
}

/** The outermost calls of a method of that name, in the order in which they stand. */
function callsIn(node: ts.Node, method: string): ts.CallExpression[] {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === method) return [node];
  const found: ts.CallExpression[] = [];
  node.forEachChild((child) => void found.push(...callsIn(child, method)));
  return found;
}

/** The outermost nodes with properties below a node, in the order in which they stand. */
function objectsIn(node: unknown): Node[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('properties' in node) return [node];
  return Object.values(node).flatMap(objectsIn);
}

function asNode(value: unknown): Node {
  if (typeof value !== 'object' || value === null) throw new Error('the JSON Schema of the plan has another form than its source');
  return value as Node;
}

/** `npm run plan-schema` */
if (require.main === module) writeFileSync(join(root, planSchemaFile), `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
