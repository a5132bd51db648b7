import { join } from 'node:path';
import { typescriptUnder } from '../../scripts/typescript-under';
import { type Files, textOf, typeErrors } from '../support/compile';

/** A file of the project in which one text, which is there once, is replaced by another. */
function replaced(file: string, text: string, by: string): Files {
  const whole = textOf(file);
  expect(whole.split(text).length - 1).toBe(1);
  return { [file]: whole.replace(text, () => by) };
}

const filesOf = (errors: readonly string[]): string[] => [...new Set(errors.map((error) => error.split(':')[0]))].sort();

const root = join(__dirname, '../..');
const product = ['lib', 'constructs', 'bin'].flatMap((folder) => typescriptUnder(root, folder));
/** The files that tell some kinds or owners apart by a `switch`. */
const switchesOn = (...names: readonly string[]) =>
  product.filter((file) => names.some((name) => textOf(file).includes(`case '${name}':`)));

describe('a kind of source', () => {
  const schema = 'lib/config/source-schema.ts';
  const readers = 'lib/adapters/history.ts';
  const liveReaders = 'lib/adapters/live/reader.ts';
  const checked = [schema, readers, liveReaders];
  const withKind = (facts: string): Files => {
    const union = '[fileSchema, prometheusSchema, cloudwatchSchema]';
    const text = replaced(schema, union, '[fileSchema, prometheusSchema, cloudwatchSchema, toy]')[schema];
    const toy = "const toy = z.strictObject({ kind: z.literal('toy'), ...measured });\n\nexport const sourceSchema";
    return { [schema]: text.replace('export const sourceSchema', () => toy).replace('  csv: file,\n', () => `${facts}  csv: file,\n`) };
  };
  const ofFile = '  toy: { isLive: false, seriesKind: asUsual },\n';
  const ofServer = '  toy: { isLive: true, seriesKind: asUsual },\n';

  test('that is in the schema alone does not compile: its facts are missing', () => {
    expect(filesOf(typeErrors(checked, withKind('')))).toContain(schema);
  });
  test('without a reader does not compile', () => {
    expect(filesOf(typeErrors(checked, withKind(ofFile)))).toEqual([readers]);
  });
  test('that is live does not compile without a reader and a connection', () => {
    expect(filesOf(typeErrors(checked, withKind(ofServer)))).toEqual([readers, liveReaders]);
  });
  test('that is not live does not compile with the reader of live sources', () => {
    const asLive = replaced(readers, '  csv: readFiles,', '  toy: liveHistory,\n  csv: readFiles,');
    expect(filesOf(typeErrors(checked, { ...withKind(ofFile), ...asLive }))).toEqual([readers]);
  });
  test('compiles with its facts and its reader', () => {
    const withReader = replaced(readers, '  csv: readFiles,', '  toy: () => Promise.resolve([]),\n  csv: readFiles,');
    expect(typeErrors(checked, { ...withKind(ofFile), ...withReader })).toEqual([]);
  });
});

const kinds = 'lib/config/kinds.ts';

describe('a kind of workload', () => {
  const schema = 'lib/config/workload-schema.ts';
  const toy: Files = {
    [schema]: replaced(schema, 'trainingSchema, batchSchema]', 'trainingSchema, batchSchema, toy]')[schema].replace(
      'export const workloadSchema',
      () =>
        "const toy = z.strictObject({ kind: z.literal('toy'), load: sourceSchema, replica: replicaWithThroughput, target, ...workload, ...scaled });\n\nexport const workloadSchema",
    ),
  };

  test('that is in the schema alone does not compile: its facts are missing', () => {
    expect(filesOf(typeErrors([kinds], toy))).toEqual([kinds]);
  });
  test('does not compile before everything that differs by kind says what it does of it', () => {
    const facts = replaced(kinds, '  service: {', "  toy: { measuredBy: 'load', isAutoscaled: true },\n  service: {");
    const tables = ['lib/config/check-workloads.ts', ...switchesOn('inference')].sort();
    expect(tables.length).toBeGreaterThan(3);
    expect(filesOf(typeErrors([kinds, ...tables], { ...toy, ...facts }))).toEqual(tables);
  });
});

describe('an owner', () => {
  test('of the nodes of a pool does not compile before its facts are stated and everything that differs by owner names it', () => {
    const schema = 'lib/config/pool-schema.ts';
    const toy = replaced(
      schema,
      "z.enum(['autoscaler', 'schedule', 'terraform', 'karpenter', 'external'])",
      "z.enum(['autoscaler', 'schedule', 'terraform', 'karpenter', 'external', 'toy'])",
    );
    const tables = [kinds, ...switchesOn('terraform')].sort();
    expect(tables.length).toBeGreaterThan(1);
    expect(filesOf(typeErrors(tables, toy))).toEqual(tables);
  });
  test('of a floor does not compile before its facts are stated and everything that differs by owner names it', () => {
    const schema = 'lib/config/workload-schema.ts';
    const toy = replaced(
      schema,
      "z.enum(['keda', 'live', 'manifests', 'operate'])",
      "z.enum(['keda', 'live', 'manifests', 'operate', 'toy'])",
    );
    const tables = [kinds, ...switchesOn('keda').filter((file) => file.startsWith('lib/'))].sort();
    expect(tables.length).toBeGreaterThan(1);
    expect(filesOf(typeErrors(tables, toy))).toEqual(tables);
  });
});

describe('a policy', () => {
  const policies = 'lib/plan/replay/scaling-policies.ts';
  const settings = '  readonly static: { readonly replicas: number };';
  const facts = '  static: { byForecast: false, carriedAs: null },';
  const [builders, text] = ['lib/simulate/policies/table.ts', 'lib/report/simulation.ts'];
  const toy = replaced(policies, settings, `${settings}\n  readonly toy: { readonly most: number };`);

  test('that has settings alone does not compile: whether manifests carry it is not said', () => {
    expect(filesOf(typeErrors([policies], toy))).toEqual([policies]);
  });
  test('that nothing builds and no text shows does not compile', () => {
    const known = { [policies]: toy[policies].replace(facts, () => `${facts}\n  toy: { byForecast: false, carriedAs: null },`) };
    expect(filesOf(typeErrors([policies, builders, text], known))).toEqual([text, builders]);
  });
});
