import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { highsSolver } from '../../../lib/adapters/highs';
import { wholeModel } from '../../../lib/sizing/problem/model';
import type { Solver } from '../../../lib/sizing/problem/program';
import { decideCommitted } from '../../../lib/sizing/search/decide-committed';
import { sizingEfforts } from '../../../lib/sizing/search/effort';
import { randomProblem } from './support';

const golden = join(__dirname, '../../golden/sizing/course.txt');

test('a search takes the course that was reviewed: as many programs, for as near a bound (FORESIZE_UPDATE_GOLDEN=1 writes it anew)', async () => {
  const solver = await highsSolver();
  const lines = [18, 46, 54].flatMap((seed) => {
    const problem = randomProblem(70_000 + seed, { periods: 12, offerings: 7, classes: 2, demand: 4 });
    // Periods that last differently, so that their lengths count.
    const model = wholeModel({ ...problem, periodHours: Array.from({ length: 12 }, (_, period) => 1 + (period % 3)) });
    return Object.entries(sizingEfforts).map(([name, effort]) => {
      const asked = { whole: 0, relaxed: 0 };
      const counting: Solver = (program) => {
        asked[program.variables.some(({ integer }) => integer) ? 'whole' : 'relaxed']++;
        return solver(program);
      };
      const decided = decideCommitted(model, counting, effort);
      if ('impossibleAt' in decided) throw new Error(`problem ${seed} finds no room`);
      const { committed, usd, boundUsd } = decided;
      return `problem ${seed}, ${name}: commits to ${committed.join(' ')} for ${usd.toPrecision(6)} of at least ${boundUsd.toPrecision(6)} USD, by ${asked.whole} programs of periods and ${asked.relaxed} relaxations`;
    });
  });
  const text = `${lines.join('\n')}\n`;
  if (process.env.FORESIZE_UPDATE_GOLDEN) {
    mkdirSync(dirname(golden), { recursive: true });
    writeFileSync(golden, text);
  }
  expect(text).toBe(readFileSync(golden, 'utf8'));
}, 300_000);
