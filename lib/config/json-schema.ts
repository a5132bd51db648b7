import { z } from 'zod';
import { capacitySchema } from './schema';

/** The JSON Schema of a config as people write it, for editors and for configs in JSON or YAML. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(capacitySchema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' });
}
