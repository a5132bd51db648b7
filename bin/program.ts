import { Command, CommanderError, Option } from 'commander';
import { foresizeVersion } from '../lib/adapters/version';
import { isProblemError, printable, type Problem, renderProblem } from '../lib/problems';
import type { OnProgress } from '../lib/progress';
import type { Appearance } from './appearance';

/** 0 done; 1 refused or failed; 2 done and there is something to look at. */
export type ExitCode = 0 | 1 | 2;

/** What a command has of the process that it runs in. */
export type Terminal = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** How what people read looks on each of them. @default as it is */
  readonly looks?: { readonly out: Appearance; readonly err: Appearance };
  /** What the clock says, epoch ms: read once. */
  readonly now: number;
  /** Called as a stage of the work begins; what it returns is told how far that stage is. Not with `--json` or `--quiet`. */
  readonly onStage?: (stage: string) => OnProgress;
  /** Whether an error that is no refusal is shown with where it came up. */
  readonly debug?: boolean;
};

/** One call of a command, parsed, and how to answer it. */
export type Call<Options> = {
  /** What stands after the name of the command; of several the first. */
  readonly argument: string | undefined;
  /** All that stands there. */
  readonly argumentList: readonly string[];
  readonly options: Options;
  /** The options on the command line, such as `--json`. */
  readonly stated: readonly string[];
  /** How functions of `lib/project` are to run. */
  readonly running: Pick<Terminal, 'now' | 'onStage'>;
  /**
   * Prints the document with `--json`, else the text; nothing where that is `null`.
   *
   * @param form `for-programs`: the text stays byte for byte what it is, also on a terminal. @default for-people
   */
  readonly answer: (document: unknown, text: string | null, form?: 'for-people' | 'for-programs') => void;
  readonly warn: (text: string) => void;
  readonly refuse: (problems: readonly Problem[]) => void;
};

/** The exit code; nothing where the command is done and there is nothing to look at. */
type Result = Promise<ExitCode | void> | ExitCode | void;

/** A terminal, and how text for people is printed on it. */
type Shown = Terminal & { readonly show: (text: string) => void };

/** What only a command itself knows: its options and what it does. */
export type CommandModule = {
  /** Adds the options and the help below them. */
  readonly declare: (command: Command) => void;
  readonly run: (call: Call<never>) => Result;
};

/** @param options adds the options, whose values, as they are parsed, are of type `Options` */
export function defineCommand<Options>(
  options: (command: Command) => Command,
  help: { readonly notes?: string; readonly examples: readonly string[] },
  run: (call: Call<Options>) => Result,
): CommandModule {
  const notes = help.notes === undefined ? '' : `\n${help.notes}\n`;
  return {
    declare: (command) => void options(command).addHelpText('after', `${notes}\nExamples:\n  ${help.examples.join('\n  ')}`),
    run: run,
  };
}

/** A command, or several under one name. */
export type CommandEntry = {
  readonly description: string;
  /** What stands after its name, and what that is: `[workload]` may be left out, `<file>` not. */
  readonly argument?: readonly [name: string, description: string];
} & ({ readonly load: () => CommandModule } | { readonly commands: CommandTable });

/** All commands by name, in the order of the help; each is loaded only where it is wanted. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/**
 * Parses a command line and runs its command.
 *
 * @returns the exit code
 */
export async function runProgram(table: CommandTable, args: readonly string[], to: Terminal): Promise<number> {
  // Names, labels and messages come from files and servers: none of them may command the terminal.
  const asItIs: Appearance = (text) => text;
  const { out: ofOut, err: ofErr } = to.looks ?? { out: asItIs, err: asItIs };
  const terminal: Shown = {
    ...to,
    out: (text) => to.out(printable(text)),
    err: (text) => to.err(ofErr(printable(text))),
    show: (text) => to.out(ofOut(printable(text))),
  };
  let exitCode = 0;
  const program = new Command('foresize')
    .description('Forecast-sized infrastructure as code: a reviewable lockfile for capacity, and the Terraform and Kubernetes that follow.')
    .version(foresizeVersion())
    .showHelpAfterError('(run with --help for usage)')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  try {
    addCommands(program, table, args, async (module, command) => {
      exitCode = await runCommand(module, command, terminal);
    });
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    terminal.err(`error: ${error instanceof Error ? (terminal.debug ? error.stack : error.message) : String(error)}\n`);
    return 1;
  }
}

/** The one that is wanted, with its options; where none is, all by name and description, which is what help shows. */
function addCommands(
  parent: Command,
  table: CommandTable,
  args: readonly string[],
  act: (module: CommandModule, command: Command) => Promise<void>,
): void {
  const wanted = args.find((arg) => Object.hasOwn(table, arg));
  for (const [name, entry] of Object.entries(table)) {
    if (wanted !== undefined && wanted !== name) continue;
    const command = parent.command(name).description(entry.description);
    if (entry.argument !== undefined) command.argument(...entry.argument);
    if ('commands' in entry) addCommands(command, entry.commands, args.slice(args.indexOf(name) + 1), act);
    else if (wanted === undefined) command.addOption(new Option('--any').hideHelp());
    else {
      const module = entry.load();
      module.declare(command);
      command.action(() => act(module, command));
    }
  }
}

async function runCommand(module: CommandModule, command: Command, terminal: Shown): Promise<ExitCode> {
  const options = command.opts<{ readonly json?: boolean; readonly quiet?: boolean }>();
  const print = (text: string) => terminal.out(`${text}\n`);
  const printJson = (document: unknown) => print(JSON.stringify(document, null, 2));
  const refuse = (problems: readonly Problem[]) => problems.forEach((problem) => terminal.err(`error: ${renderProblem(problem)}\n`));
  // Of a command that takes several, they are one list.
  const argumentList = (command.processedArgs as readonly (string | readonly string[] | undefined)[]).flatMap((one) => one ?? []);
  const call: Call<unknown> = {
    argument: argumentList.at(0),
    argumentList,
    options,
    stated: command.options.flatMap((option) =>
      command.getOptionValueSource(option.attributeName()) === 'cli' ? [option.long ?? option.short ?? ''] : [],
    ),
    running: { now: terminal.now, onStage: options.json || options.quiet ? undefined : terminal.onStage },
    answer: (document, text, form = 'for-people') => {
      if (options.json) printJson(document);
      else if (text !== null) (form === 'for-people' ? terminal.show : terminal.out)(`${text}\n`);
    },
    warn: (text) => terminal.err(`warning: ${text}\n`),
    refuse,
  };
  try {
    return (await module.run(call as Call<never>)) ?? 0;
  } catch (error) {
    if (!isProblemError(error)) throw error;
    refuse(error.problems);
    if (options.json) printJson({ problems: error.problems });
    return 1;
  }
}
