import { configDigest } from '../../lib/config/digest';
import { parseConfig } from '../../lib/config/parse';
import { isProblemError, renderProblem } from '../../lib/problems';
import { rawConfig, testConfig } from '../support/config';

const { chat } = rawConfig().workloads;
const training = { kind: 'training', model: 'resnet50', samples: 1_000_000, deadline: '24h', pool: 'l40s' };
const good = { workload: 'chat', floor: 6, until: '2026-11-25T08:00:00Z', because: 'a launch', by: 'ann' };

/** What is refused of a config with these overrides, a sentence each. */
function sentences(overrides: readonly object[], workload: object = chat): readonly string[] {
  try {
    parseConfig(rawConfig({ workloads: { chat: workload, train: training } as never, overrides: overrides as never }), 'c');
  } catch (error) {
    if (isProblemError(error)) return error.problems.map(renderProblem);
    throw error;
  }
  return [];
}
const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));

test('a floor or a ceiling with an end, a reason and an owner is taken', () => {
  expect(sentences([good, { ...without('floor'), ceiling: 9, from: '2026-11-26', until: '2026-11-27' }])).toEqual([]);
});

test.each([
  [
    'until',
    "c: overrides[0].until: is missing. Hint: say when it ends, such as until: '2026-12-01T08:00:00Z': what has no end is a floor or ceiling of the workload",
  ],
  [
    'because',
    "c: overrides[0].because: is missing. Hint: say why, in a line: because: 'the launch of Tuesday is larger than its forecast'",
  ],
  ['by', "c: overrides[0].by: is missing. Hint: say who answers for it: by: 'ann', or by: 'team-search'"],
  ['floor', 'c: overrides[0]: must state a floor, a ceiling or both'],
])('one without %s is refused, with what to write', (name, sentence) => {
  expect(sentences([without(name)]).map((text) => text.replace(/ \(got .*\)/, ''))).toEqual([sentence]);
});

test.each([
  [
    [{ ...good, workload: 'chta' }],
    chat,
    /overrides\[0\]\.workload: names workload 'chta', which does not exist\. Hint: workloads are: chat/,
  ],
  [[{ ...good, workload: 'train' }], chat, /'train' is training, whose size nothing moves.*Hint: change workloads\.train itself/],
  [[{ ...good, from: '2026-11-26' }], chat, /overrides\[0\]\.until: must end after it begins/],
  [[{ ...good, ceiling: 5 }], chat, /overrides\[0\]\.floor: is above the ceiling of the same override/],
  [[good], { ...chat, ceiling: 5 }, /overrides\[0\]\.floor: 6 is above the ceiling 5 of workload 'chat'.*state a ceiling of at least 6/],
  [
    [{ ...without('floor'), ceiling: 2 }],
    { ...chat, floor: 3 },
    /overrides\[0\]\.ceiling: 2 is below the floor 3 of workload 'chat'.*state a floor of at most 2/,
  ],
  [[good, { ...without('floor'), ceiling: 4 }], chat, /overrides\[1\]: with another of 'chat' by ann the floor is 6 and the ceiling 4/],
  [[{ ...good, because: 'two\nlines' }], chat, /overrides\[0\]\.because: must be one line/],
  [[{ ...good, by: ' ' }], chat, /overrides\[0\]\.by: must not be empty/],
])('what contradicts is refused at its place: %j', (overrides, workload, sentence) => {
  expect(sentences(overrides, workload).join('\n')).toMatch(sentence);
});

test('two that are not in force at one time may differ as they like', () => {
  expect(sentences([good, { ...without('floor'), ceiling: 4, from: good.until, until: '2026-11-26' }])).toEqual([]);
});

test('the digest of a config knows them in any order, and is what it was where there are none', () => {
  const other = { ...good, from: '2026-11-26', until: '2026-11-27' };
  const digest = (...overrides: readonly object[]) => configDigest(testConfig({ overrides: overrides as never }));
  expect(digest(good, other)).toBe(digest(other, good));
  expect(new Set([digest(), digest(good), digest({ ...good, because: 'another' }), digest(good, other)]).size).toBe(4);
  expect(digest()).toBe(configDigest(testConfig()));
});
