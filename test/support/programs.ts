import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is that not every machine has; `undefined` where it is not. */
export function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(existsSync);
}

/** An emulator of AWS; `FORESIZE_MOTO_SERVER` names it where it is not on the PATH. */
export const motoPath = process.env.FORESIZE_MOTO_SERVER ?? onPath('moto_server');

export function motoServer(): string {
  if (motoPath === undefined) throw new Error('moto_server is missing');
  return motoPath;
}
