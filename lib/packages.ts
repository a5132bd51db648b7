import { createRequire } from 'node:module';
import { type Problem, ProblemError } from './problems';

/**
 * The packages that need not be installed with foresize, since not everyone uses them, each with the versions that it works with: the
 * peers of `package.json`, and the engines that the package without engines leaves out.
 */
const versions = {
  '@aws-sdk/client-cloudwatch': '^3.1164.0',
  '@cdktf/provider-aws': '^21.22.1',
  '@cdktn/provider-aws': '^25.5.0',
  '@duckdb/node-api': '1.5.6-r.1',
  arima: '0.2.8',
  cdk8s: '^2.70.106',
  cdktf: '^0.21.0',
  cdktn: '^0.24.0',
  constructs: '~10.7.0',
  'date-holidays': '^3.37.0',
  echarts: '^6.1.0',
  highs: '1.15.3',
  undici: '7.30.2',
} as const;

export type OptionalPackage = keyof typeof versions;

/** Package and project are CommonJS, so that a package can be loaded late without a promise. */
const requireLater = createRequire(__filename);

/**
 * Loads a package when it is first needed.
 *
 * @param use what needs it, for the message: `drawing a chart`
 * @returns what the package exports
 * @throws ProblemError `package/missing`
 */
export function loadPackage(name: OptionalPackage, use: string): unknown {
  needPackages([name], use);
  return requireLater(name);
}

/** @throws ProblemError `package/missing` where one of the packages is not installed */
export function needPackages(names: readonly OptionalPackage[], use: string): void {
  const problem = missingPackages(names, use);
  if (problem !== null) throw new ProblemError(problem);
}

/**
 * @param use what needs the packages, for the message: `writing cdktf.out/`
 * @returns what is missing and how it is installed; `null` where nothing is
 */
export function missingPackages(names: readonly OptionalPackage[], use: string): Problem | null {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return null;
  return {
    code: 'package/missing',
    path: missing.join(', '),
    message: `${missing.length === 1 ? 'is' : 'are'} not installed, and ${use} needs ${missing.length === 1 ? 'it' : 'them'}`,
    hint: installCommand(missing),
  };
}

/** The command that installs packages beside foresize, in versions that it works with. */
export function installCommand(names: readonly OptionalPackage[]): string {
  return `npm install ${names.map((name) => `${name}@${versions[name]}`).join(' ')}`;
}

/** Whether a package can be loaded. Some hide their package.json, and some have nothing that their name alone loads. */
export function isInstalled(name: OptionalPackage): boolean {
  return [name, `${name}/package.json`].some((path) => {
    try {
      requireLater.resolve(path);
      return true;
    } catch {
      return false;
    }
  });
}
