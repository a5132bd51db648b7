#!/usr/bin/env node
import { commands } from './commands';
import { runProgram } from './program';

/** Names a stage once it has taken a second, so that a quick run stays quiet and a long one does not look stuck. */
function nameLongStage(stage: string): () => void {
  const timer = setTimeout(() => process.stderr.write(`${stage} ...\n`), 1_000);
  return () => clearTimeout(timer);
}

// A reader that has seen enough (`| head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void runProgram(commands, process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  now: Date.now(),
  onStage: nameLongStage,
  debug: Boolean(process.env.FORESIZE_DEBUG),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
