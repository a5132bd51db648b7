import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from './forecast-score';
import { drawLines } from '../lib/simulate/replay/load';
import type { Case } from './forecast-traces';

export type Peer = { readonly name: string; readonly answers: readonly (Answer | null)[]; readonly quantiles: boolean };

const programs = [
  { title: "R's forecast", command: 'Rscript', probe: ['-e', 'library(forecast)'], script: 'forecast-peers.R', width: 5 },
  { title: 'statsmodels', command: 'python3', probe: ['-c', 'import statsmodels'], script: 'forecast-peers.py', width: 1 },
];

/** What other packages forecast for the same cases, those that are installed; their answers are kept for the session. */
export function askPeers(cases: readonly Case[], steps: number): { readonly peers: readonly Peer[]; readonly absent: readonly string[] } {
  const absent: string[] = [];
  const peers = programs.flatMap(({ title, command, probe, script, width }) => {
    if (spawnSync(command, probe, { stdio: 'ignore' }).status !== 0) {
      absent.push(title);
      return [];
    }
    return readPeers(run(command, join(__dirname, script), cases, steps), cases.length, steps, width);
  });
  return { peers, absent };
}

function run(command: string, script: string, cases: readonly Case[], steps: number): string {
  const input = cases.map(({ known }, id) => [id, ...drawLines(known)].join(',')).join('\n') + '\n';
  const key = createHash('sha256').update(readFileSync(script)).update(input).update(`${steps}`).digest('hex').slice(0, 24);
  const folder = join(tmpdir(), 'foresize-bench');
  const kept = join(folder, key);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${kept}.in`, input);
  const { status, stderr } = spawnSync(command, [script, `${kept}.in`, `${kept}.out`, `${steps}`], {
    encoding: 'utf8',
    // Small matrices: threads only get into each other's way.
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  renameSync(`${kept}.out`, kept);
  return readFileSync(kept, 'utf8');
}

function readPeers(text: string, cases: number, steps: number, width: number): Peer[] {
  const byName = new Map<string, (Answer | null)[]>();
  for (const line of text.trim().split('\n')) {
    const [id, name, numbers] = line.split(';');
    const answers = byName.get(name) ?? new Array<Answer | null>(cases).fill(null);
    byName.set(name, answers);
    if (numbers === '') continue;
    const values = numbers.split(' ').map(Number);
    const column = (k: number) => Array.from({ length: steps }, (_, step) => Math.max(0, values[step * width + k]));
    const quantiles = width === 1 ? [] : Array.from({ length: width }, (_, k) => column(k));
    answers[Number(id)] = { mean: column(0), quantiles };
  }
  return [...byName].map(([name, answers]) => ({ name, answers, quantiles: width > 1 }));
}
