/** A lease, as several copies of `foresize operate` see it. */
export type OperateLease = {
  /** Empty where nobody holds it. */
  readonly holder: string;
  /** Epoch ms, by the clock of the holder; `null` where it was never renewed. */
  readonly renewed: number | null;
  readonly seconds: number;
  /** How often it has gone from one to another. */
  readonly transitions: number;
};

/** A lease as it was first seen in this state, and when, by one's own clock. */
export type SeenLease = { readonly lease: OperateLease; readonly since: number };

/** How many intervals a lease holds without being renewed: one round may fail. */
const intervals = 2.5;

const leaseSeconds = (intervalMs: number): number => Math.ceil((intervals * intervalMs) / 1_000);

/**
 * Whether a copy may act, and the lease that it has to write for that first. Another's lease is over when it was not renewed for its time
 * as this copy has watched it, so that clocks need not agree; or for twice its time by its own date, so that a copy that only just began
 * need not watch. Two that act at once for a moment state the same number under the same name.
 *
 * @param lease as it is; `null` where there is none
 * @param seen how it was last seen
 */
export function claimLease(
  lease: OperateLease | null,
  seen: SeenLease | null,
  { me, now, intervalMs }: { readonly me: string; readonly now: number; readonly intervalMs: number },
): { readonly claim: OperateLease | null; readonly seen: SeenLease | null } {
  const mine: OperateLease = { holder: me, renewed: now, seconds: leaseSeconds(intervalMs), transitions: 0 };
  if (lease === null) return { claim: mine, seen: null };
  if (lease.holder === me) return { claim: { ...mine, transitions: lease.transitions }, seen: null };
  const next = { ...mine, transitions: lease.transitions + 1 };
  if (lease.holder === '' || lease.renewed === null) return { claim: next, seen: null };
  const isSame = seen?.lease.holder === lease.holder && seen.lease.renewed === lease.renewed;
  const watched: SeenLease = { lease, since: isSame ? seen.since : now };
  const isOver = now - watched.since >= lease.seconds * 1_000 || now - lease.renewed >= 2 * lease.seconds * 1_000;
  return isOver ? { claim: next, seen: null } : { claim: null, seen: watched };
}
