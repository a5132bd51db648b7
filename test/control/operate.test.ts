import { fc, test as property } from '@fast-check/jest';
import { claimLease, fieldManager, moveNumber, type OperateLease, type ReplicaNumber } from '../../lib/control';

const ours = { name: fieldManager, operation: 'Apply' };
const theirs = { name: 'kubectl', operation: 'Apply' };
const hpa = (fields: Partial<ReplicaNumber> = {}): ReplicaNumber => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  namespace: 'serving',
  name: 'chat',
  field: 'minReplicas',
  value: 8,
  most: 40,
  managers: [ours],
  isNoted: false,
  madeBy: null,
  ...fields,
});

test('a number that manifests state is taken at its value, stays while both state it, and moves once they leave it out', () => {
  expect(moveNumber(hpa({ managers: [theirs] }), 12)).toMatchObject({ does: 'takes', to: 8, force: false });
  expect(moveNumber(hpa({ managers: [theirs, ours] }), 12)).toMatchObject({ does: 'holds', to: null });
  expect(moveNumber(hpa(), 12)).toMatchObject({ does: 'sets', to: 12, force: false });
});

test.each([
  ['KEDA', { madeBy: 'ScaledObject/chat' }],
  ['a client-side apply', { isNoted: true }],
  ['Helm', { managers: [{ name: 'helm', operation: 'Update' }] }],
])('what %s would set back is left to it, with the reason', (_, fields) => {
  const { does, to, why } = moveNumber(hpa(fields), 12);
  expect([does, to]).toEqual(['refuses', null]);
  expect(why).toMatch(/ScaledObject|client-side|helm/);
});

test('what somebody set by hand is overruled, and a workload that was scaled to nothing is left alone', () => {
  const byHand = { name: 'kubectl-edit', operation: 'Update' };
  expect(moveNumber(hpa({ managers: [byHand] }), 12)).toMatchObject({ does: 'sets', to: 12, force: true });
  expect(moveNumber(hpa({ kind: 'Deployment', field: 'replicas', most: null, value: 0, managers: [] }), 4)).toMatchObject({
    does: 'holds',
  });
});

property.prop([fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 60 })])(
  'a number never goes above its autoscaler, and falls by a quarter or one at most',
  (value, floor, most) => {
    const { to } = moveNumber(hpa({ value: Math.min(value, most), most }), floor);
    if (to === null) return;
    expect(to).toBeLessThanOrEqual(most);
    expect(Math.min(value, most) - to).toBeLessThanOrEqual(Math.max(1, value / 4));
  },
);

describe('of several copies', () => {
  const intervalMs = 60_000;
  const lease = (fields: Partial<OperateLease> = {}): OperateLease => ({
    holder: 'a',
    renewed: 0,
    seconds: 150,
    transitions: 3,
    ...fields,
  });
  const claim = (of: OperateLease | null, now: number, seen: Parameters<typeof claimLease>[1] = null) =>
    claimLease(of, seen, { me: 'b', now, intervalMs });

  test('the one that holds the lease acts, and the others watch until it was not renewed for its time', () => {
    expect(claim(null, 5).claim).toEqual({ holder: 'b', renewed: 5, seconds: 150, transitions: 0 });
    expect(claim(lease({ holder: 'b' }), 5).claim).toMatchObject({ transitions: 3 });
    const first = claim(lease(), 60_000);
    expect(first.claim).toBeNull();
    expect(claim(lease({ renewed: 60_000 }), 215_000, first.seen).claim).toBeNull();
    expect(claim(lease(), 215_000, first.seen).claim).toMatchObject({ holder: 'b', transitions: 4 });
  });

  test('one that was let go, or is long over by its own date, is taken at once', () => {
    expect(claim(lease({ holder: '' }), 1_000).claim).toMatchObject({ holder: 'b' });
    expect(claim(lease(), 300_000).claim).toMatchObject({ holder: 'b' });
  });
});
