import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { randomOf } from '../lib/random';
import { TestRuns } from './mutant-tests';
import { type Mutant, mutantsOf, oneLine, withMutant } from './mutants';
import { typescriptUnder } from './typescript-under';

/**
 * Puts small faults into the code of a room, one at a time at random places, and tells which of them its tests catch:
 * `npm run -s mutate -- lib/sizing --count 20 --seed 1`. CONTRIBUTING tells how to read and use the answer.
 */
const usage = `usage: npm run -s mutate -- ROOM [options]

ROOM               a folder or a file, such as lib/sizing, lib/forecast/models or constructs/aws
--count N          how many faults (20)
--seed N           which places (1)
--equivalent FILE  faults that change nothing, one a line as this script prints them, with the reason after ' # '
                   (docs/contributing/equivalent-mutants.txt)
--line FILE:LINE   every fault of one line instead of random ones
--list             names the faults and runs nothing`;

const root = join(__dirname, '..');

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      equivalent: { type: 'string', default: join(root, 'docs/contributing/equivalent-mutants.txt') },
      line: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const room = positionals.at(0)?.replace(/\/$/, '') ?? values.line?.split(':')[0];
  if (room === undefined || !existsSync(join(root, room))) return void process.stdout.write(`${usage}\n`);
  const equivalents = new Set(linesOf(values.equivalent).map((line) => line.split(' # ')[0].trim()));
  const isValid = typeChecker();
  const drawn = values.line === undefined ? drawFrom(filesOf(room), Number(values.seed)) : onLine(values.line);
  const mutants = take(drawn, values.line === undefined ? Number(values.count) : Infinity, isValid);
  if (values.list) return print(mutants.map(nameOf));

  const tests = new TestRuns(root, room);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      tests.close();
      process.exit(1);
    });
  }
  try {
    const survivors: Mutant[] = [];
    for (const mutant of mutants) {
      const catcher = await tests.catcherOf(mutant);
      if (catcher === null) survivors.push(mutant);
      print([
        `${catcher === null ? 'SURVIVED' : 'caught  '} ${mutant.file}:${mutant.line} ${changeOf(mutant)}${catcher === null ? '' : ` (${catcher})`}`,
      ]);
    }
    const equivalent = survivors.filter((mutant) => equivalents.has(nameOf(mutant)));
    const others = survivors.filter((mutant) => !equivalents.has(nameOf(mutant)));
    const counted = mutants.length - equivalent.length;
    const percent = counted === 0 ? 100 : Math.round((100 * (counted - others.length)) / counted);
    print([
      '',
      `${counted - others.length} of ${counted} caught, ${percent} %; ${equivalent.length} more change nothing`,
      ...others.map(nameOf),
    ]);
  } finally {
    tests.close();
  }
}

const print = (lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`);
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
const changeOf = ({ original, replacement, nth }: Mutant) =>
  `${oneLine(original)} => ${oneLine(replacement) || 'nothing'}${nth > 1 ? ` (${nth})` : ''}`;

/** A name that stays the same while the line does, wherever in its file it stands. */
const nameOf = (mutant: Mutant) => `${mutant.file} | ${mutant.code} | ${changeOf(mutant)}`;

function filesOf(room: string): readonly string[] {
  if (room.endsWith('.ts')) return [room];
  return typescriptUnder(root, room).filter((file) => !/(^|\/)index\.ts$/.test(file));
}

/** Each place of the files once, in an order that the seed decides, and one of the faults that are possible there. */
function* drawFrom(files: readonly string[], seed: number): Generator<Mutant> {
  const random = randomOf(seed);
  const places = files.flatMap((file) => mutantsOf(file, readFileSync(join(root, file), 'utf8')));
  while (places.length > 0) {
    const [mutants] = places.splice(Math.floor(random.uniform() * places.length), 1);
    yield mutants[Math.floor(random.uniform() * mutants.length)];
  }
}

function onLine(place: string): readonly Mutant[] {
  const [file, line] = place.split(':');
  return mutantsOf(file, readFileSync(join(root, file), 'utf8'))
    .flat()
    .filter((mutant) => mutant.line === Number(line));
}

function take(drawn: Iterable<Mutant>, count: number, isValid: (mutant: Mutant) => boolean): readonly Mutant[] {
  const taken: Mutant[] = [];
  for (const mutant of drawn) {
    if (taken.length >= count) break;
    if (isValid(mutant)) taken.push(mutant);
  }
  return taken;
}

/** Tells whether a fault passes the types: what `npm run check` refuses needs no test. */
function typeChecker(): (mutant: Mutant) => boolean {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  const options = { ...parsed?.options, noUnusedLocals: false, noUnusedParameters: false };
  const sources = new Map<string, ts.SourceFile | undefined>();
  return (mutant) => {
    const path = join(root, mutant.file);
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, language) => {
      if (name === path) return ts.createSourceFile(name, withMutant(readFileSync(path, 'utf8'), mutant), language);
      if (!sources.has(name)) sources.set(name, read(name, language));
      return sources.get(name);
    };
    const program = ts.createProgram({ rootNames: [path], options, host });
    const source = program.getSourceFile(path);
    return source !== undefined && program.getSyntacticDiagnostics(source).length + program.getSemanticDiagnostics(source).length === 0;
  };
}

if (require.main === module) void main(process.argv.slice(2));
