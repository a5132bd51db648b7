import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReport } from '../../scripts/api-report';
import { root } from '../support/foresize';

test('docs/api.md is the report of what may be imported, as `npm run api-report` writes it', () => {
  const report = apiReport(root);
  expect(report).toBe(readFileSync(join(root, 'docs/api.md'), 'utf8'));
  for (const name of [
    'const loadProject: (options?: ProjectOptions) => Project;',
    'class GpuNodeGroup extends PoolNodeGroups',
    'class InferenceService extends Construct',
  ])
    expect(report).toContain(name);
});
