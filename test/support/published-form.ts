import Ajv2020 from 'ajv/dist/2020';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const published = JSON.parse(readFileSync(join(__dirname, '../../docs/plan.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(published);

/** What the published JSON Schema finds wrong in a plan, by ajv: a line each, none where it accepts the plan. */
export function publishedFaults(plan: unknown): string[] {
  return validate(plan) ? [] : (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}
