import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs the tests of one folder that need real parts: `npm run test:terraform`. Exit code 3 when nothing of it could run here,
 * because what it needs is missing; the titles say what.
 */
const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'foresize-real-'));
const report = join(folder, 'report.json');
try {
  const jest = require.resolve('jest/bin/jest');
  // What takes so long that `npm test` leaves it out is run too.
  const env = { ...process.env, FORESIZE_FIRST_DEPLOY: '1' };
  const { status } = spawnSync(process.execPath, [jest, process.argv[2], '--verbose', '--json', `--outputFile=${report}`], {
    cwd: root,
    env,
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  const { numPassedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
  process.exitCode = status === 0 && numPassedTests === 0 && numPendingTests > 0 ? 3 : (status ?? 1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
