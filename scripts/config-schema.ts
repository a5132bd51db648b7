import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { capacitySchema } from '../lib/config/schema';

/** The JSON Schema of a config as people write it, for editors and for configs in JSON or YAML. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(capacitySchema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' });
}

/** Writes `docs/config.schema.json` from the config's one source: `npm run config-schema`. */
if (require.main === module) {
  writeFileSync(join(__dirname, '../docs/config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}
