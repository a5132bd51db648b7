import { commands } from '../../bin/commands';
import { runProgram, type Terminal } from '../../bin/program';
import { type Outcome, root } from './foresize';

/**
 * Runs the command line in this process, with a folder as the working directory and a clock that stands: for what a command says and
 * writes. A process of its own, `foresize`, is for what a process alone has: its environment, its streams, its end.
 */
export async function runIn(cwd: string, args: readonly string[], { debug }: Pick<Terminal, 'debug'> = {}): Promise<Outcome> {
  const now = Date.UTC(2026, 10, 23);
  const [out, err]: [string[], string[]] = [[], []];
  process.chdir(cwd);
  try {
    const status = await runProgram(commands, args, { out: (text) => out.push(text), err: (text) => err.push(text), now, debug });
    return { status, stdout: out.join(''), stderr: err.join('') };
  } finally {
    process.chdir(root);
  }
}
