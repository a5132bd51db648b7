import { networkZones, plainReservation, poolZones, reservationsOf } from '../../lib/config/placement';
import { testConfig } from '../support/config';

const zones = ['us-east-1b', 'us-east-1a'];
const withPool = (fields: object, limits: object = { zones }) =>
  testConfig({ pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], ...fields } as never }, limits });

test('zones of the network are sorted by name, or numbered where the config says how many', () => {
  expect(networkZones(withPool({}))).toEqual(['us-east-1a', 'us-east-1b']);
  expect(networkZones(withPool({}, { zones: 3 }))).toEqual(['1', '2', '3']);
});

test('nodes of a pool are counted by zone only where it names zones, a number of them, or a share', () => {
  expect(poolZones(withPool({}), 'l40s')).toBeNull();
  expect(poolZones(withPool({ zones: 1 }), 'l40s')).toEqual(['us-east-1a']);
  expect(poolZones(withPool({ zones: ['us-east-1b'] }), 'l40s')).toEqual(['us-east-1b']);
  expect(poolZones(withPool({ zoneShare: 0.5 }), 'l40s')).toEqual(['us-east-1a', 'us-east-1b']);
});

const held = { id: 'cr-0b', instance: 'g6e.xlarge', count: 2 };

test('reservations that say what they hold come by id, each with its place in the config', () => {
  const config = withPool({ reservation: [held, { ...held, id: 'cr-0c', from: '2026-11-24' }, { ...held, id: 'cr-0a' }] });
  expect(reservationsOf(config, 'l40s').map(({ id, path, from }) => [id, path, from])).toEqual([
    ['cr-0a', 'pools.l40s.reservation[2]', -Infinity],
    ['cr-0b', 'pools.l40s.reservation[0]', -Infinity],
    ['cr-0c', 'pools.l40s.reservation[1]', Date.UTC(2026, 10, 24)],
  ]);
});

test('the nodes of a capacity block end half an hour before the block does', () => {
  const span = { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z', zone: 'us-east-1a' };
  const [block] = reservationsOf(withPool({ reservation: { ...held, ...span, kind: 'capacity-block' } }), 'l40s');
  const [reserved] = reservationsOf(withPool({ reservation: { ...held, ...span } }), 'l40s');
  expect([block.to, reserved.to]).toEqual([Date.UTC(2026, 10, 24, 23, 30), Date.UTC(2026, 10, 25)]);
});

test('an id alone says nothing of what is held', () => {
  const config = withPool({ reservation: 'cr-0b' });
  expect(reservationsOf(config, 'l40s')).toEqual([]);
  expect([plainReservation(config.pools.l40s), plainReservation(withPool({ reservation: held }).pools.l40s)]).toEqual(['cr-0b', null]);
});
