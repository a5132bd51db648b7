import type { Command } from 'commander';
import { gpuFacts, type GpuFacts, gpuNames, instanceTable, listedCapacities, type ListedCapacity, nearNames } from '../../lib/catalog';
import { positive } from '../../lib/config';
import {
  completeTransformer,
  type Counted,
  type ImageModel,
  knownImageModel,
  knownImageModels,
  knownTransformer,
  knownTransformers,
  type Transformer,
  type TransformerInput,
  wrongUnit,
} from '../../lib/demand';
import { isProblemError, type Problem, ProblemError } from '../../lib/problems';
import { parseDuration, parseLoadAmount, parseMagnitude } from '../../lib/units';

export type Options = Readonly<Record<string, string | boolean | undefined>>;

/** `hiddenSize` -> `--hidden-size`: where a field stands on the command line. */
export function flag(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Reads options one by one and keeps what is wrong with them, so that all of it is shown together. */
export function optionReader(options: Options) {
  const problems: Problem[] = [];
  const read = <T>(field: string, parse: (text: string) => T | undefined, expected: string): T | undefined => {
    const text = options[field];
    if (typeof text !== 'string') return undefined;
    const value = parse(text);
    if (value === undefined) problems.push({ code: 'cli/option', path: flag(field), message: 'cannot be taken', expected, received: text });
    return value;
  };
  return {
    problems,
    read,
    magnitude: (field: string, example = '8B') => read(field, positive(parseMagnitude), `a number above zero such as '${example}'`),
    whole: (field: string, example = '8') =>
      read(
        field,
        positive((text) => whole(parseMagnitude(text.replace(/,/g, '')))),
        `a whole number above zero such as '${example}'`,
      ),
    seconds: (field: string, example: string) => {
      const ms = read(field, positive(parseDuration), `a duration above zero such as '${example}'`);
      return ms === undefined ? undefined : ms / 1_000;
    },
    /** @param counted the unit that it must be in; without it any will do */
    perSecond: (field: string, example: string, counted: Counted | null) => {
      const rate = read(
        field,
        (text) => {
          const found = parseLoadAmount(text);
          return found && found.unit.perMs !== null && found.amount > 0 ? found : undefined;
        },
        `a rate above zero such as '${example}'`,
      );
      if (rate === undefined || counted === null) return rate?.amount;
      const problem = wrongUnit(rate, counted, flag(field));
      if (problem) problems.push(problem);
      return problem ? undefined : rate.amount;
    },
    oneOf: <T extends string>(field: string, names: readonly T[]) =>
      read(field, (text) => names.find((name) => name === text.toLowerCase()), `one of ${names.join(', ')}`),
    /** Runs what throws problems, and keeps them with the others. */
    attempt: <T>(work: () => T): T | undefined => {
      try {
        return work();
      } catch (error) {
        if (!isProblemError(error)) throw error;
        problems.push(...error.problems);
        return undefined;
      }
    },
    /** @throws ProblemError with all that was found */
    refuse: (): void => {
      if (problems.length > 0) throw new ProblemError(problems);
    },
  };
}

export type OptionReader = ReturnType<typeof optionReader>;

function whole(value: number | undefined): number | undefined {
  return value !== undefined && Number.isInteger(value) ? value : undefined;
}

export function withModelOptions(command: Command): Command {
  return command
    .option('--model <name>', `a model whose shape is known: ${[...knownImageModels, ...knownTransformers].join(', ')}`)
    .option('--parameters <n>', "all parameters, such as '8B'")
    .option('--layers <n>', 'layers')
    .option('--hidden-size <n>', 'hidden size')
    .option('--heads <n>', 'query heads')
    .option('--kv-heads <n>', 'key and value heads')
    .option('--head-dim <n>', 'size of a head')
    .option('--vocabulary <n>', 'tokens in the vocabulary');
}

export function withMachineOptions(command: Command): Command {
  return command
    .option('--gpu <name>', 'such as l40s, h100, a100-80gb; `foresize catalog --compare` lists them')
    .option('--instance <type>', 'count on this instance type alone')
    .option('--region <region>', 'for prices', 'us-east-1')
    .option('--capacity <type>', `for prices: ${listedCapacities.join(', ')}`, 'on-demand')
    .option('--json', 'one JSON document on stdout and nothing else there');
}

const shapeFields = ['parameters', 'layers', 'hiddenSize', 'heads', 'kvHeads', 'headDim', 'vocabulary'] as const;

/** The model that the options describe: a known one, or a transformer by its shape. */
export function readModel(reader: OptionReader, options: Options): Transformer | ImageModel | undefined {
  const shape: TransformerInput = {
    parameters: reader.magnitude('parameters'),
    layers: reader.whole('layers', '32'),
    hiddenSize: reader.whole('hiddenSize', '4096'),
    heads: reader.whole('heads', '32'),
    kvHeads: reader.whole('kvHeads', '8'),
    headDim: reader.whole('headDim', '128'),
    vocabulary: reader.whole('vocabulary', '128256'),
  };
  const name = options.model;
  if (typeof name === 'string') {
    for (const field of shapeFields.filter((each) => options[each] !== undefined)) {
      reader.problems.push({
        code: 'cli/option',
        path: flag(field),
        message: `is part of --model ${name} already`,
        hint: 'leave one of them out',
      });
    }
    const model = knownImageModel(name) ?? knownTransformer(name);
    if (model === undefined) {
      reader.problems.push({
        code: 'estimate/unknown-model',
        path: '--model',
        message: `the shape of '${name}' is not known`,
        hint: `did you mean ${nearNames(name, [...knownImageModels, ...knownTransformers]).join(', ')}? Or give --parameters, --layers, --hidden-size`,
      });
    }
    return model;
  }
  const given = shapeFields.some((field) => options[field] !== undefined);
  const broken = shapeFields.some((field) => options[field] !== undefined && shape[field] === undefined);
  if (broken) return undefined;
  if (!given) {
    reader.problems.push({
      code: 'cli/option',
      path: '--model',
      message: 'is missing',
      expected: "a known model, or its size such as --parameters '8B'",
    });
    return undefined;
  }
  return reader.attempt(() => completeTransformer(shape, flag));
}

/** GPUs that some instance type carries; other accelerators have facts too. */
const gpusForRent = gpuNames.filter((name) => instanceTable.instances.some(({ gpu }) => gpu === name));

export function readGpu(reader: OptionReader, { gpu }: Options): GpuFacts | undefined {
  if (typeof gpu === 'string') {
    const facts = reader.attempt(() => gpuFacts(gpu, '--gpu'));
    if (facts === undefined || gpusForRent.includes(facts.name)) return facts;
    reader.problems.push({ code: 'estimate/not-a-gpu', path: '--gpu', message: `${facts.name} is no GPU: estimates know GPUs alone` });
    return undefined;
  }
  reader.problems.push({ code: 'cli/option', path: '--gpu', message: 'is missing', expected: `one of ${gpusForRent.join(', ')}` });
  return undefined;
}

export function readCapacity(reader: OptionReader): ListedCapacity {
  return reader.oneOf('capacity', listedCapacities) ?? 'on-demand';
}

/** Where the fields of a machine stand on the command line. */
export function machineFlag(field: 'region' | 'gpu' | 'instanceType'): string {
  return field === 'instanceType' ? '--instance' : flag(field);
}
