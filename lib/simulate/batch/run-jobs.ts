import { HOUR_MS } from '../../units';
import { randomOf } from '../../random';
import { expectedStart, placesFor } from './place';
import { type Checkpoints, gpusOf, type Job, type JobPool } from './job';

/** What became of a job; `null` where it has not come to that. */
export type JobOutcome = { readonly startedMs: number | null; readonly endedMs: number | null; readonly interruptions: number };

/** A stretch of a job on nodes, from its start to its end or to an interruption. */
export type JobRun = { readonly job: number; readonly from: number; readonly to: number; readonly on: readonly number[] };

/** A node from its launch until it went. */
export type NodeSpan = { readonly launched: number; readonly booted: number; readonly ended: number };

/** What a replay of jobs came to. The GPU-ms of nodes are those of work that lasts, of work and writing that was lost, of starts and checkpoints, and idle ones. */
export type JobsOutcome = {
  /** In the order of the jobs. */
  readonly jobs: readonly JobOutcome[];
  readonly runs: readonly JobRun[];
  readonly nodes: readonly NodeSpan[];
  readonly nodeGpuMs: number;
  readonly usefulGpuMs: number;
  readonly lostGpuMs: number;
  readonly overheadGpuMs: number;
  readonly interruptions: number;
  /** Until the last job was done, or the replay was given up. */
  readonly endMs: number;
  readonly mostNodes: number;
};

type Node = {
  readonly id: number;
  readonly launched: number;
  readonly booted: number;
  readonly lostAt: number;
  free: number;
  emptySince: number;
};
type Running = {
  readonly job: number;
  readonly from: number;
  readonly endsAt: number;
  readonly on: readonly Node[];
  readonly workers: readonly number[];
};

/**
 * Replays jobs on a pool, from event to event.
 *
 * The first in line starts once all its workers have places on booted nodes; with `backfill` another may go ahead where the first is not
 * expected to start later for it. An elastic pool launches nodes for all that wait and find no room, and gives empty ones back while none
 * waits. A node that is interrupted is gone; its jobs fall back to their last checkpoint and take their place in line again.
 *
 * @param jobs each of which fits the empty pool, see `checkJobs`
 * @param untilMs the replay is given up then, for jobs that never end
 */
export function runJobs(jobs: readonly Job[], pool: JobPool, seed: number, untilMs = Infinity): JobsOutcome {
  const { gpusPerNode, elastic, bootMs, startMs, interruptionsPerNodeHour } = pool;
  const chance = randomOf(seed ^ 0x2b7e);
  const arrivals = jobs.map((_, index) => index).sort((a, b) => jobs[a].arrivesMs - jobs[b].arrivesMs || a - b);
  const doneMs = jobs.map(() => 0);
  const started = jobs.map((): number | null => null);
  const ended = jobs.map((): number | null => null);
  const interrupted = jobs.map(() => 0);
  const runs: JobRun[] = [];
  const spans: NodeSpan[] = [];
  const total = { node: 0, useful: 0, lost: 0, overhead: 0, interruptions: 0 };
  const waiting: number[] = [];
  let [nodes, running]: [Node[], Running[]] = [[], []];
  let [now, arrived, addedAt, looksAt, lastEnd, mostNodes] = [0, 0, -Infinity, Infinity, 0, 0];

  const add = (booted: number) => {
    const lasts =
      interruptionsPerNodeHour > 0 ? Math.ceil((-Math.log(1 - chance.uniform()) / interruptionsPerNodeHour) * HOUR_MS) : Infinity;
    nodes.push({ id: spans.length, launched: now, booted, lostAt: now + lasts, free: gpusPerNode, emptySince: booted });
    spans.push({ launched: now, booted, ended: Infinity });
    mostNodes = Math.max(mostNodes, nodes.length);
  };
  const drop = (gone: readonly Node[]) => {
    for (const { id, launched, booted } of gone) {
      spans[id] = { launched, booted, ended: now };
      total.node += (now - launched) * gpusPerNode;
    }
    nodes = nodes.filter((node) => !gone.includes(node));
  };
  const stop = (run: Running) => {
    const { job, from, on } = run;
    const { workers, workMs, checkpoints } = jobs[job];
    const gpus = gpusOf(jobs[job]);
    runs.push({ job, from, to: now, on: on.map(({ id }) => id) });
    on.forEach((node, index) => {
      node.free += workers[index];
      if (node.free === gpusPerNode) node.emptySince = now;
    });
    const begun = Math.min(startMs, now - from);
    if (now >= run.endsAt) {
      total.useful += (workMs - doneMs[job]) * gpus;
      total.overhead += (now - from - (workMs - doneMs[job])) * gpus;
      doneMs[job] = workMs;
      ended[job] = now;
      lastEnd = now;
      return;
    }
    const { savedMs, writtenMs, lostMs } = brokenRun(now - from - begun, checkpoints);
    doneMs[job] += savedMs;
    total.useful += savedMs * gpus;
    total.overhead += (begun + writtenMs) * gpus;
    total.lost += lostMs * gpus;
    join(job);
  };
  const join = (job: number) => {
    waiting.push(job);
    waiting.sort((a, b) => jobs[b].priority - jobs[a].priority || jobs[a].arrivesMs - jobs[b].arrivesMs || a - b);
  };
  const runOf = (job: number, on: readonly Node[]): Running => {
    const { workMs, workers, checkpoints } = jobs[job];
    return { job, from: now, endsAt: now + startMs + runMs(workMs - doneMs[job], checkpoints), on, workers };
  };
  const start = (job: number, on: readonly Node[]) => {
    on.forEach((node, index) => (node.free -= jobs[job].workers[index]));
    running.push(runOf(job, on));
    started[job] ??= now;
  };
  const interrupt = () => {
    const gone = nodes.filter(({ lostAt }) => lostAt <= now);
    if (gone.length === 0) return;
    total.interruptions += gone.length;
    const hit = running.filter(({ on }) => on.some((node) => gone.includes(node)));
    running = running.filter((run) => !hit.includes(run));
    for (const run of hit) {
      stop(run);
      interrupted[run.job]++;
    }
    drop(gone);
    if (elastic === null) gone.forEach(() => add(now + bootMs));
  };
  const schedule = () => {
    const here = nodes.filter((node) => node.booted <= now);
    let head = waiting.shift();
    for (; head !== undefined; head = waiting.shift()) {
      const on = placesFor(jobs[head].workers, here);
      if (on === null) break;
      start(head, on);
    }
    if (head === undefined) return;
    waiting.unshift(head);
    if (pool.backfill) fillBehind(jobs[head].workers, here);
  };
  /** Whoever waits behind the first may start where it does not put the first off. */
  const fillBehind = (first: readonly number[], here: readonly Node[]) => {
    const ahead = elastic === null ? 0 : Math.max(0, Math.min(first.length, pool.nodes - nodes.length));
    const fresh = { count: ahead, booted: Math.max(now, Number.isFinite(looksAt) ? looksAt : now) + bootMs };
    const startsAt = (tried: Running | null) => expectedStart(first, nodes, running, tried, fresh, now, gpusPerNode);
    const limit = startsAt(null);
    for (const job of waiting.slice(1)) {
      const on = placesFor(jobs[job].workers, here);
      if (on === null || startsAt(runOf(job, on)) > limit) continue;
      start(job, on);
      waiting.splice(waiting.indexOf(job), 1);
    }
  };
  /** Nodes that all who wait would need beside what is there or booting. */
  const lacking = () => {
    const rooms = nodes.map(({ free }) => ({ free }));
    const have = rooms.length;
    for (const job of waiting) {
      for (;;) {
        const on = placesFor(jobs[job].workers, rooms);
        on?.forEach((room, index) => (room.free -= jobs[job].workers[index]));
        if (on !== null) break;
        if (rooms.length >= pool.nodes) return rooms.length - have;
        rooms.push({ free: gpusPerNode });
      }
    }
    return rooms.length - have;
  };
  const scale = ({ seenAfterMs, unneededMs, delayAfterAddMs }: NonNullable<JobPool['elastic']>) => {
    if (waiting.length === 0) {
      looksAt = Infinity;
      if (now < addedAt + delayAfterAddMs) return;
      drop(nodes.filter((node) => node.free === gpusPerNode && now >= node.emptySince + unneededMs));
      return;
    }
    if (now >= looksAt) {
      const count = lacking();
      for (let left = count; left > 0; left--) add(now + bootMs);
      if (count > 0) addedAt = now;
      looksAt = Infinity;
    } else if (looksAt === Infinity && lacking() > 0) looksAt = now + seenAfterMs;
  };
  const next = () => {
    let at = Math.min(looksAt, arrived < arrivals.length ? jobs[arrivals[arrived]].arrivesMs : Infinity);
    for (const { endsAt } of running) at = Math.min(at, endsAt);
    for (const { booted: ready, lostAt, free, emptySince } of nodes) {
      if (ready > now) at = Math.min(at, ready);
      at = Math.min(at, lostAt);
      if (elastic !== null && waiting.length === 0 && free === gpusPerNode)
        at = Math.min(at, Math.max(emptySince + elastic.unneededMs, addedAt + elastic.delayAfterAddMs, now + 1));
    }
    return at;
  };
  const isOver = () =>
    arrived === arrivals.length && waiting.length === 0 && running.length === 0 && (elastic === null || nodes.length === 0);

  if (elastic === null) for (let count = 0; count < pool.nodes; count++) add(0);
  while (!isOver()) {
    const at = next();
    if (at >= untilMs) {
      now = untilMs;
      break;
    }
    now = at;
    const over = running.filter(({ endsAt }) => endsAt <= now);
    running = running.filter(({ endsAt }) => endsAt > now);
    over.forEach(stop);
    interrupt();
    for (; arrived < arrivals.length && jobs[arrivals[arrived]].arrivesMs <= now; arrived++) join(arrivals[arrived]);
    schedule();
    if (elastic !== null) scale(elastic);
  }
  const left = running;
  running = [];
  left.forEach(stop);
  drop(nodes);
  return {
    jobs: jobs.map((_, index) => ({ startedMs: started[index], endedMs: ended[index], interruptions: interrupted[index] })),
    runs,
    nodes: spans,
    nodeGpuMs: total.node,
    usefulGpuMs: total.useful,
    lostGpuMs: total.lost,
    overheadGpuMs: total.overhead,
    interruptions: total.interruptions,
    endMs: ended.every((end) => end !== null) ? lastEnd : now,
    mostNodes,
  };
}

/** How long so much work takes with its checkpoints, undisturbed. */
export function runMs(workMs: number, checkpoints: Checkpoints | null): number {
  if (checkpoints === null || workMs === 0) return workMs;
  return workMs + checkpoints.writeMs * (Math.ceil(workMs / checkpoints.intervalMs) - 1);
}

/** What a run has done that was broken off. */
export type BrokenRun = {
  /** Work up to its last whole checkpoint: it lasts. */
  readonly savedMs: number;
  /** Time that went into checkpoints that hold. */
  readonly writtenMs: number;
  /** Time since the last of them: work that must be done again, and a checkpoint that was not finished. */
  readonly lostMs: number;
};

/** @param ranMs since it began to work, less than the run takes */
export function brokenRun(ranMs: number, checkpoints: Checkpoints | null): BrokenRun {
  if (checkpoints === null) return { savedMs: 0, writtenMs: 0, lostMs: ranMs };
  const { intervalMs, writeMs } = checkpoints;
  const whole = Math.floor(ranMs / (intervalMs + writeMs));
  return { savedMs: whole * intervalMs, writtenMs: whole * writeMs, lostMs: ranMs - whole * (intervalMs + writeMs) };
}
