#!/usr/bin/env node
import { appearanceOf } from './appearance';
import { commands } from './commands';
import { runProgram } from './program';
import { progressLine } from './progress';

const progress = progressLine(process.stderr, process.env, Date.now);
/** Writes where the line of progress may stand, which is taken away first. */
const writeTo = (stream: NodeJS.WriteStream) => (text: string) => {
  progress?.clear();
  stream.write(text);
};

// A reader that has seen enough (`| head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void runProgram(commands, process.argv.slice(2), {
  out: writeTo(process.stdout),
  err: writeTo(process.stderr),
  looks: { out: appearanceOf(process.stdout, process.env), err: appearanceOf(process.stderr, process.env) },
  now: Date.now(),
  onStage: progress?.onStage,
  debug: Boolean(process.env.FORESIZE_DEBUG),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
