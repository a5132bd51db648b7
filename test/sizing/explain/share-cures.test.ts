import { highsSolver } from '../../../lib/adapters/highs';
import { renderProblem } from '../../../lib/problems';
import { hopelessPeriods } from '../../../lib/sizing/explain/elastic';
import { shareCures, sharesTogether } from '../../../lib/sizing/explain/share-cures';
import { horizonProblems } from '../../../lib/sizing/explain/shortage';
import type { HorizonLimit, HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { kind, node, problem } from '../search/support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const share = (
  path: string,
  kindOf: 'spot-share' | 'spot-type' | 'zone-share',
  of: number,
  all: readonly string[],
  part: readonly string[],
): HorizonLimit => ({
  name: `${path} ${part.join()}`,
  kind: kindOf,
  path,
  title: kindOf === 'spot-share' ? 'spot' : 'in one zone',
  unit: 'GPU',
  sizes: Object.fromEntries(all.map((name) => [name, 1])),
  share: of,
  part,
});
const offerings = [node('n', { pool: 'p', usdPerHour: 2, mostNodes: 3 }), node('n/spot', { pool: 'p', usdPerHour: 1, mostNodes: 20 })];
const make = (demand: readonly number[], limits: readonly HorizonLimit[]): HorizonProblem => ({
  ...problem({ offerings, classes: [kind('a', { pool: 'p' })], demand: { a: demand } }),
  limits,
});
const spot = (of: number) => share('limits.spotShare', 'spot-share', of, ['n', 'n/spot'], ['n/spot']);
const cures = (of: HorizonProblem) =>
  shareCures(of, hopelessPeriods(of, solver), solver).map(({ problem: each, words, others }) => [renderProblem(each), words, ...others]);

test('a share is cured by the least whole percentage that gives every period room', () => {
  // Five of eight nodes on spot are 62.5 percent.
  expect(cures(make([8, 2], [spot(0.5)]))).toEqual([
    [
      'limits.spotShare: spot 50 % is 13 points short from 2026-11-27T00:00:00Z to 2026-11-27T01:00:00Z (expected at least 63 %)',
      'allow spot 63 %',
    ],
  ]);
  // Seven of ten are 70 exactly, and the larger demand decides.
  expect(cures(make([8, 10], [spot(0.5)]))[0][1]).toBe('allow spot 70 %');
});

test('a share that is no whole percentage is short by the rest too', () => {
  expect(cures(make([8], [spot(0.515)]))[0][0]).toContain('spot 51.5 % is 11.5 points short');
});

test('a share that cures nothing, all of it or not, is none', () => {
  const few = make([30], [spot(0.5)]);
  expect(cures(few)).toEqual([]);
  expect(cures(make([30], [spot(1)]))).toEqual([]);
});

test('shares of one place in the config are raised together, from the lowest', () => {
  const rows = [0.6, 0.5].map((of, index) => ({ ...spot(of), name: `row ${index}` }));
  const [[sentence, words]] = cures(make([8], rows));
  expect(sentence).toContain('spot 50 % is 13 points short');
  expect(words).toBe('allow spot 63 %');
});

test('of several places each is a cure where it is enough alone, and all together where none is', () => {
  const zone = (of: number) => share('pools.p.zoneShare', 'zone-share', of, ['n', 'n/spot'], ['n/spot']);
  expect(cures(make([8], [spot(0.7), zone(0.5)])).map(([, words]) => words)).toEqual(['allow in one zone 63 %']);
  const both = make([8], [spot(0.5), zone(0.5)]);
  expect(cures(both)).toEqual([]);
  expect(sharesTogether(both, [0], solver)).toBe('raise limits.spotShare and pools.p.zoneShare together');
  expect(sharesTogether(make([8], [spot(0.5)]), [0], solver)).toBeUndefined();
  expect(sharesTogether(make([30], [spot(0.5), zone(0.5)]), [0], solver)).toBeUndefined();
  const limitless = { ...both, offerings: both.offerings.map((each) => ({ ...each, mostNodes: undefined })).slice(1) };
  expect(horizonProblems(limitless, solver).map(({ hint }) => hint)).toEqual(['raise limits.spotShare and pools.p.zoneShare together']);
});

test('a pool with nothing but spot is cured by on-demand nodes too, one with both is not', () => {
  const alone = { ...make([8], [share('limits.spotShare', 'spot-share', 0.5, ['n/spot'], ['n/spot'])]), offerings: offerings.slice(1) };
  expect(cures(alone)).toEqual([
    [
      'limits.spotShare: spot 50 % is 50 points short from 2026-11-27T00:00:00Z to 2026-11-27T01:00:00Z (expected at least 100 %)',
      'allow spot 100 %',
      "add 'on-demand' to pools.p.capacity",
    ],
  ]);
  const zoned = { ...alone, limits: [share('pools.p.zoneShare', 'zone-share', 0.5, ['n/spot'], ['n/spot'])] };
  expect(cures(zoned).map((each) => each.length)).toEqual([2]);
});
