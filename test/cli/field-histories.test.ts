import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { foresize, root, temporaryFolder } from '../support/foresize';

/** Histories as they were met in the field, where they are; the project builds and passes without them. */
const cases = [join(root, '../shared/data/field')].find(existsSync);
const onCases = cases ? describe : describe.skip;

function fieldCase(name: string): string {
  const folder = temporaryFolder();
  cpSync(join(cases ?? '', name), folder, { recursive: true });
  return folder;
}

onCases('histories from the field', () => {
  test('a sum of counters that loses half its members every evening is named, and counts no restart', () => {
    const { status, stdout } = foresize(fieldCase('sum-of-counters'), ['history', '--json']);
    expect(status).toBe(2);
    const { findings } = JSON.parse(stdout) as { findings: readonly object[] };
    expect(findings).toContainEqual(expect.objectContaining({ code: 'history/counter-falls', severity: 'look' }));
    expect(findings).not.toContainEqual(expect.objectContaining({ code: 'history/counter-restarts' }));
  });
});
