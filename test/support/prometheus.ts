import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './programs';

/**
 * A real Prometheus, where there is one: `FORESIZE_PROMETHEUS` and `FORESIZE_PROMTOOL` name the programs where they are not on
 * the PATH.
 */
const parts = {
  prometheus: process.env.FORESIZE_PROMETHEUS ?? onPath('prometheus'),
  promtool: process.env.FORESIZE_PROMTOOL ?? onPath('promtool'),
};
const missing = Object.entries(parts).flatMap(([name, path]) => (path === undefined ? [name] : []));

export const hasPrometheus = missing.length === 0;

/** A test that asks a real Prometheus; where there is none it is listed as skipped, and its title says so. */
export function prometheusTest(title: string, body: () => Promise<void>): void {
  if (hasPrometheus) test(title, body, 120_000);
  else test.skip(`${title} (not run: missing here: ${missing.join(', ')})`, () => undefined);
}

export type RunningPrometheus = {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
  readonly restart: () => Promise<void>;
};

/** Starts Prometheus on a free port of the loopback device, with blocks of a given text in OpenMetrics, and waits until it answers. */
export async function startPrometheus(options: {
  readonly openMetrics: string;
  readonly scrape?: string;
  /** A file of recording rules. */
  readonly rules?: string;
  readonly arguments?: readonly string[];
}): Promise<RunningPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-prometheus-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(folder, 'history.om'), options.openMetrics);
  // By default it goes through the whole text once for every two hours of it.
  const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=768h', join(folder, 'history.om'), data];
  execFileSync(parts.promtool ?? 'promtool', blocks, { stdio: 'ignore' });
  const scrapes = options.scrape === undefined ? [] : [{ job_name: 'live', static_configs: [{ targets: [options.scrape] }] }];
  writeFileSync(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: scrapes,
      ...(options.rules !== undefined && { rule_files: ['rules.yml'] }),
    }),
  );
  if (options.rules !== undefined) writeFileSync(join(folder, 'rules.yml'), options.rules);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let running = await begin();
  const stop = async (): Promise<void> => {
    await running();
    rmSync(folder, { recursive: true, force: true });
  };
  /** Ends it as a crash does, and starts it anew on what it has stored. */
  const restart = async (): Promise<void> => {
    await running();
    running = await begin();
  };
  return { url, port, stop, restart };

  /** Starts a process and waits until it answers; what is returned ends it. */
  async function begin(): Promise<() => Promise<void>> {
    const child = spawn(
      parts.prometheus ?? 'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${data}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
        ...(options.arguments ?? []),
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const end = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    };
    for (let attempt = 0; attempt < 300; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`);
      if ((await statusOf(`${url}/-/ready`)) === 200) return end;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await end();
    throw new Error('prometheus does not answer');
  }
}

/** Runs unit tests of rules, as `promtool test rules` does; what it prints where one fails. */
export function testRules(rules: object, test: object): string {
  return promtool('test', { 'rules.yml': rules, 'test.yml': { rule_files: ['rules.yml'], ...test } });
}

/** Checks rules, as `promtool check rules` does; what it prints where they are wrong. */
export function checkRules(rules: object): string {
  return promtool('check', { 'rules.yml': rules });
}

/** Runs `promtool VERB rules` on the last of some files. */
function promtool(verb: 'test' | 'check', files: Readonly<Record<string, object>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-rules-'));
  try {
    const paths = Object.entries(files).map(([name, content]) => {
      writeFileSync(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    });
    const { status, stdout, stderr } = spawnSync(parts.promtool ?? 'promtool', [verb, 'rules', ...paths.slice(-1)], { encoding: 'utf8' });
    return status === 0 ? '' : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse, body: string, pass: () => void) => void;
export type Listening = { readonly url: string; readonly port: number; readonly server: Server; readonly stop: () => Promise<void> };

/** A server on the loopback device that does as told with each request, and may pass it on. */
export async function startServer(handle: Handle, passTo?: () => number): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const pass = () => {
        const { method, url: path, headers } = incoming;
        const onward = request({ host: '127.0.0.1', port: passTo?.(), method, path, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on('error', () => outgoing.destroy());
        onward.end(body);
      };
      handle(incoming, outgoing, body.toString(), pass);
    });
  });
  return listen(server, 'http');
}

export async function listen(server: Server, scheme: 'http' | 'https'): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `${scheme}://127.0.0.1:${port}`, port, server, stop };
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    request(url, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', () => resolve(undefined))
      .end();
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
