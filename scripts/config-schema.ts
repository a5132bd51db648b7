import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '../lib/config/json-schema';

/** Writes `docs/config.schema.json` from the config's one source: `npm run config-schema`. */
writeFileSync(join(__dirname, '../docs/config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
