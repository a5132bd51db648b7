import { event } from '../../lib/config/helpers';
import { configDigest } from '../../lib/config/digest';
import { holidaysOf } from '../../lib/config';
import { isProblemError } from '../../lib/problems';
import { formatTime } from '../../lib/units';
import { rawConfig, testConfig } from '../support/config';

const chat = rawConfig().workloads.chat;
const problems = (overrides: object) => {
  try {
    testConfig(overrides);
    return [];
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return error.problems.map(({ code, path }) => `${code} ${path.replace('config: ', '')}`);
  }
};

test('an event with several dates is one event of its name for each, days in the time zone of the config', () => {
  const entry = event('black-friday', ['2024-11-29', { from: '2025-11-28T00:00:00Z', to: '2025-11-29T00:00:00Z' }, '2026-11-27'], {
    uplift: 2,
  });
  const { events } = testConfig({ timeZone: 'America/New_York', events: [entry] });
  expect(events.map(({ name, uplift }) => [name, uplift])).toEqual(new Array(3).fill(['black-friday', 2]));
  expect(events.map(({ from }) => formatTime(from))).toEqual(['2024-11-29T05:00:00Z', '2025-11-28T00:00:00Z', '2026-11-27T05:00:00Z']);
});

test('several dates mean the same as as many entries, to the digest', () => {
  const together = testConfig({ events: [{ name: 'sale', dates: ['2025-11-28', '2026-11-27'] }] });
  const apart = testConfig({
    events: [
      { name: 'sale', date: '2025-11-28' },
      { name: 'sale', date: '2026-11-27' },
    ],
  });
  expect(together.events).toEqual(apart.events);
  expect(configDigest(together)).toBe(configDigest(apart));
});

test('an event needs no uplift: its past may teach it', () => {
  expect(testConfig({ events: [event('sale', '2026-11-27')] }).events[0].uplift).toBeUndefined();
});

test('the same event twice at one time is refused; at one time for two workloads it is not', () => {
  const twice = [event('sale', ['2026-11-27', { from: '2026-11-27T12:00:00Z', to: '2026-11-28T12:00:00Z' }])];
  expect(problems({ events: twice })).toEqual(['config/event-twice events.sale']);
  const two = { chat, images: chat };
  const each = Object.keys(two).map((workload) => event('sale', '2026-11-27', { workload }));
  expect(problems({ workloads: two, events: each })).toEqual([]);
});

test('shares of holidays that are left out are equal parts of the rest', () => {
  const { holidays } = testConfig({ holidays: [{ country: 'DE', region: 'BY', share: 0.5 }, { country: 'FR' }, { country: 'IT' }] });
  expect(holidays?.map(({ share }) => share)).toEqual([0.5, 0.25, 0.25]);
  expect(testConfig({ holidays: [{ country: 'DE' }] }).holidays).toEqual([{ country: 'DE', share: 1, types: ['public'] }]);
});

test('a workload with holidays of its own does not know those of the config', () => {
  const config = testConfig({
    holidays: [{ country: 'DE' }],
    workloads: { chat, shop: { ...chat, holidays: [{ country: 'FR' }] } as never },
  });
  expect([holidaysOf(config, 'chat')[0].country, holidaysOf(config, 'shop')[0].country]).toEqual(['DE', 'FR']);
  expect(holidaysOf(testConfig(), 'chat')).toEqual([]);
});

test.each([
  [
    'shares above the whole',
    {
      holidays: [
        { country: 'DE', share: 0.7 },
        { country: 'FR', share: 0.6 },
      ],
    },
    'config/invalid holidays',
  ],
  ['an entry that the others leave nothing', { holidays: [{ country: 'DE', share: 1 }, { country: 'FR' }] }, 'config/invalid holidays'],
  ['a country in words', { holidays: [{ country: 'Germany' }] }, 'config/invalid holidays[0].country'],
  ['a sibling that is not there', { workloads: { chat: { ...chat, like: 'chatt' } } }, 'config/unknown-workload workloads.chat.like'],
  ['a sibling that is itself', { workloads: { chat: { ...chat, like: 'chat' } } }, 'config/like workloads.chat.like'],
])('%s is refused', (_, overrides, problem) => {
  expect(problems(overrides)).toEqual([problem]);
});

test('a sibling that is measured otherwise has no shape to lend', () => {
  const web = {
    kind: 'service',
    cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
    servers: 3,
    machine: 'm7i.xlarge',
    pool: 'general',
    like: 'chat',
  };
  const pools = { ...rawConfig().pools, general: { kind: 'pool', instances: ['m7i.xlarge'] } };
  expect(problems({ workloads: { chat, web }, pools })).toEqual(['config/like workloads.web.like']);
});
