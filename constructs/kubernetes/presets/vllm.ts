import type { PodConfig } from '../../../lib/config';
import { ProblemError } from '../../../lib/problems';
import type { PlannedWorkload } from '../planned-workload';
import { seconds } from '../pod-containers';
import { type PodDefaults, portName, type ServedBy, spotNoticeSeconds, startupProbe } from './pod-defaults';

/** What the plan was made by, of a language model that is served. */
export type ServedModel = {
  readonly precision?: 'bf16' | 'fp16' | 'fp8' | 'int8' | 'int4';
  readonly kvPrecision?: 'bf16' | 'fp16' | 'fp8' | 'int8';
  /** Tokens of the longest sequence. */
  readonly longest?: number;
};

/**
 * vLLM, by its image `vllm/vllm-openai`, 0.18 or later.
 *
 * - **Arguments** follow from the plan: `--tensor-parallel-size` is the GPUs of a replica, `--max-model-len` the longest sequence, `--dtype`,
 *   `--quantization` and `--kv-cache-dtype` the precisions that its throughput was estimated for. Weights of 4 or 8 bits as integers are
 *   named by the checkpoint itself. An argument that the config gives stands in place of these.
 * - **Shutdown.** Without `--shutdown-timeout` (since 0.18, vllm-project/vllm#34730) SIGTERM aborts the requests that run. The pod takes
 *   requests for 15 s after it is to end, then vLLM finishes what runs; grace is both and 10 s more, together at most the two minutes by
 *   which a spot node is announced. Where the config gives a grace, the time-out is what is left of it.
 * - **Liveness.** `/health` answers 200 while the engine hangs (vllm-project/vllm#36451, #46811). So the probe reads the metrics: with
 *   requests running or waiting, the number of engine steps (`vllm:iteration_tokens_total_count`) must have moved within three minutes.
 * - **Readiness** gives `/health` ten seconds and six tries: a busy server answers late, and were it taken out for that, its load would
 *   take out the others.
 * - **User.** The image runs as root. It has a user `vllm` of number 2000 since 0.21 (vllm-project/vllm#40275); in older ones a number
 *   without a name fails on import of torch unless `USER` is set (pytorch/pytorch#140765). With `HOME=/tmp` all caches (Hugging Face,
 *   vLLM, Triton, FlashInfer) are in the writable `/tmp`.
 *
 * @throws ProblemError `kubernetes/preset` where no argument names a model: vLLM would serve one of its own choice
 * @see https://docs.vllm.ai/en/stable/cli/serve/
 */
export function vllmServer(workload: PlannedWorkload, served: ServedBy, pod: PodConfig, model: ServedModel = {}): PodDefaults {
  const given = pod.args ?? [];
  if (!has(given, '--model') && !has(given, '--config') && (given.length === 0 || given[0].startsWith('-'))) {
    throw new ProblemError({
      code: 'kubernetes/preset',
      path: `workloads.${workload.name}.pod.args`,
      message: 'names no model, and vLLM would serve one of its own choice',
      hint: "put it first: args: ['meta-llama/Llama-3.1-8B-Instruct'], or the path of a volume",
    });
  }
  const drainSeconds = pod.drain === undefined ? 15 : Math.ceil(pod.drain / 1_000);
  const graceSeconds = pod.grace === undefined ? spotNoticeSeconds : seconds(pod.grace);
  const path = served.healthPath === '/healthz' ? '/health' : served.healthPath;
  return {
    command: ['vllm', 'serve'],
    args: [...given, ...derived(workload, served.port, model, Math.max(0, graceSeconds - drainSeconds - marginSeconds), given)],
    env: [{ name: 'USER', value: 'vllm' }],
    user: 2000,
    group: 2000,
    drainSeconds,
    graceSeconds,
    startupProbe: startupProbe(served, path),
    readinessProbe: { httpGet: { path, port: portName }, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 6 },
    livenessProbe: {
      exec: { command: ['python3', '-c', engineSteps(served.port)] },
      periodSeconds: 30,
      timeoutSeconds: 10,
      failureThreshold: 6,
    },
  };
}

/**
 * What vLLM reaches at its start to load its model: Hugging Face, for the name of a model; S3 for an address of it; nothing for a path, or
 * where the hub is off.
 *
 * @see https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables (HF_HUB_OFFLINE, HF_ENDPOINT)
 */
export function reachedByVllm({ args = [], env = {} }: PodConfig): string[] {
  const named = args.findIndex((arg) => /^--model(=|$)/.test(arg));
  const model = named === -1 ? args[0] : (/=(.*)/.exec(args[named])?.[1] ?? args[named + 1]);
  if (model?.startsWith('s3://')) return ['s3'];
  return model?.startsWith('/') || isOn(env.HF_HUB_OFFLINE) ? [] : ['huggingface.co'];
}

const isOn = (value: unknown): boolean => typeof value === 'string' && /^(1|true|yes|on)$/i.test(value);

/** What vLLM needs to end once no request runs. */
const marginSeconds = 10;

function derived(
  { plan }: PlannedWorkload,
  port: number,
  { precision, kvPrecision, longest }: ServedModel,
  shutdownSeconds: number,
  given: readonly string[],
): string[] {
  const { gpus } = plan.resources;
  const isSpread = ['--pipeline-parallel-size', '-pp', '--data-parallel-size', '-dp', '-tp'].some((name) => has(given, name));
  const options: Readonly<Record<string, string | undefined>> = {
    '--port': String(port),
    '--tensor-parallel-size': gpus > 1 && !isSpread ? String(gpus) : undefined,
    '--max-model-len': longest === undefined ? undefined : String(longest),
    '--dtype': precision === 'bf16' ? 'bfloat16' : precision === 'fp16' ? 'float16' : undefined,
    '--quantization': precision === 'fp8' ? 'fp8' : undefined,
    '--kv-cache-dtype': kvPrecision === 'fp8' ? 'fp8' : undefined,
    '--shutdown-timeout': String(shutdownSeconds),
  };
  return Object.entries(options).flatMap(([name, value]) => (value === undefined || has(given, name) ? [] : [name, value]));
}

/** Whether an option is given, also as `--name=value` or with underscores, as vLLM takes them. */
function has(args: readonly string[], name: string): boolean {
  return args.some((arg) => arg.split('=')[0].replaceAll('_', '-') === name);
}

/** A program that fails while there are requests and the engine has made no step since it was last asked. */
function engineSteps(port: number): string {
  return [
    'import os, re, sys, urllib.request',
    `text = urllib.request.urlopen("http://127.0.0.1:${port}/metrics", timeout=8).read().decode()`,
    String.raw`total = lambda name: sum(float(value) for value in re.findall(r"^vllm:%s(?:\{.*\})? (\S+)$" % name, text, re.M))`,
    'steps = str(total("iteration_tokens_total_count"))',
    'last = "/tmp/.engine-steps"',
    'before = open(last).read() if os.path.exists(last) else ""',
    'open(last, "w").write(steps)',
    'sys.exit(1 if total("num_requests_running") + total("num_requests_waiting") > 0 and steps == before else 0)',
  ].join('\n');
}
