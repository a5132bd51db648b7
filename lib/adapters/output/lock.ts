import { closeSync, openSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { ProblemError } from '../../problems';
import { displayPath } from '../config-file';
import { quietly, removed } from './files';

/** The process that writes an output, as its lock file names it. */
type Holder = {
  readonly pid: number;
  /** When the process started, as the system counts it; `null` where that cannot be told. Numbers of processes are used again. */
  readonly started: string | null;
  /** Where that number means this process: the host and, in containers, their own counting of processes. */
  readonly place: string;
};

/** How often a lock that another run holds is looked at again, and how long between two looks. */
const usualLooks = 200;
const pauseMs = 50;
/** After so many looks a lock file that names nobody was cut off while it was made: that takes no longer than a moment. */
const looksAtNothing = 20;

/**
 * Makes this process the only one that writes an output: the file `PATH.lock` names it. Where another run holds the lock, it waits up to
 * ten seconds. A lock whose process has ended, because it was killed, is taken over.
 *
 * @param looks how often the lock of another run is looked at before it is refused
 * @returns gives the output free
 * @throws ProblemError `output/busy` where another run still holds the lock
 */
export function lockOutput(path: string, looks = usualLooks): () => void {
  const file = `${path}.lock`;
  const own = JSON.stringify(thisProcess());
  for (let look = 0; !made(file, own); look++) {
    const text = contentOf(file);
    if (text === null) continue;
    const holder = holderIn(text);
    const isLeft = holder === null ? look >= looksAtNothing : hasEnded(holder);
    // Where it cannot be taken away it is told like any other.
    if (isLeft && look < usualLooks) takeAway(file, text);
    else if (look >= looks) throw busy(path, file, holder);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
  return () => quietly(() => rmSync(file, removed));
}

function thisProcess(): Holder {
  return { pid: process.pid, started: startOf(process.pid), place: placeOfProcesses() };
}

/** Makes the lock file. @returns whether there was none */
function made(file: string, text: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw error;
    return false;
  }
  try {
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/** @returns `null` where the lock is gone by now */
function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** @returns `null` where nobody is named, because the lock was cut off while it was made */
function holderIn(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.pid === 'number' && typeof holder.place === 'string' ? (holder as Holder) : null;
  } catch {
    return null;
  }
}

/** Whether a run is known to have ended. Of a process that is counted elsewhere, on another host or in a container, nothing is known. */
function hasEnded({ pid, started, place }: Holder): boolean {
  if (place !== placeOfProcesses()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = startOf(pid);
  return started !== null && now !== null && started !== now;
}

/** Removes a lock that was left behind. It is moved aside first, so that of two runs that want to only one does. */
function takeAway(file: string, text: string): void {
  const aside = `${file}.${process.pid}.foresize.tmp`;
  quietly(() => {
    renameSync(file, aside);
    if (contentOf(aside) === text) rmSync(aside, removed);
    else renameSync(aside, file);
  });
}

function busy(path: string, file: string, holder: Holder | null): ProblemError {
  const who = holder === null ? 'a run that its lock does not name' : `process ${holder.pid} on ${holder.place.split(' ')[0]}`;
  return new ProblemError({
    code: 'output/busy',
    path: displayPath(path),
    message: `is being written by another run of foresize: ${who}`,
    hint: `wait until it has ended; if there is no such run any more, delete ${displayPath(file)}`,
  });
}

function placeOfProcesses(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** The 22nd field of `/proc/PID/stat`; the name of the program, in brackets, may hold spaces. */
function startOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return null;
  }
}
