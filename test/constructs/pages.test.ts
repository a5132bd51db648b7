import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { Construct } from 'constructs';
import { transformSync } from 'esbuild';
import { parseAllDocuments } from 'yaml';
import * as aws from '../../constructs/aws';
import * as kubernetes from '../../constructs/kubernetes';
import * as foresize from '../../lib';
import { floorOwners, poolOwners } from '../../lib/config/kinds';
import type { CapacityConfig } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { typeErrors } from '../support/compile';
import { filesOf, root, temporaryFolder } from '../support/foresize';
import { testLive } from '../support/live-floor';

const constructs = Object.entries({ ...aws, ...kubernetes })
  .filter(([, value]) => (value as { readonly prototype?: unknown }).prototype instanceof Construct)
  .map(([name]) => name)
  .sort();
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = readdirSync(join(root, 'docs/constructs'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/constructs/${file}`);
const pages = documents.filter((path) => !path.endsWith('README.md'));
const examples = Object.fromEntries(pages.map((path) => [path, (/```ts\n(import [^]*?)```/.exec(textOf(path)) ?? [])[1] ?? '']));

test('each construct that may be imported has one page, which the index lists', () => {
  expect(pages.flatMap((path) => sectionsOf(path).flatMap((section) => section.names)).sort()).toEqual(constructs);
  const index = textOf('docs/constructs/README.md');
  expect(pages.filter((path) => !index.includes(`](${relative('docs/constructs', path)})`))).toEqual([]);
});

test('the examples of all pages compile, and each table of props has all of them, and says which are required', () => {
  const files = Object.fromEntries([
    ...pages.map((path) => [path.replace(/md$/, 'ts'), examples[path]]),
    ...pages.map((path) => [path.replace(/md$/, 'props.ts'), propsAsTypes(path)]),
  ]) as Record<string, string>;
  expect(typeErrors(Object.keys(files), files)).toEqual([]);
});

test.each(pages)('the example of %s synthesizes without a warning, and the page names every kind of object that it makes', (path) => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const kinds = kindsMadeBy(
    examples[path],
    /floor-rules|nodes-ahead/.test(path) ? withLiveFloor(project, path.endsWith('nodes-ahead.md')) : project,
  );
  expect(warn.mock.calls).toEqual([]);
  warn.mockRestore();
  expect(kinds).not.toEqual([]);
  expect(kinds.filter((kind) => !textOf(path).includes(`\`${kind}\``))).toEqual([]);
});

test('the picture and the tables of owners have every owner of a pool that is ordered, and of a floor', () => {
  const owners = [...Object.keys(poolOwners), ...Object.keys(floorOwners)].filter((owner) => owner !== 'none');
  const [picture, index] = [textOf('docs/constructs/who-moves-what.svg'), textOf('docs/constructs/README.md')];
  expect(owners.filter((owner) => !picture.includes(`>${owner}</text>`) || !index.includes(`| \`${owner}\``))).toEqual([]);
});

test('every link of the pages leads to a file, and to a heading of it', () => {
  const dead = [...documents, 'docs/constructs.md'].flatMap((path) =>
    [...textOf(path).matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g)]
      .filter(([, file, anchor]) => {
        const target = file === '' ? path : normalize(join(dirname(path), file));
        return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
      })
      .map(([link]) => `${path}: ${link}`),
  );
  expect(dead).toEqual([]);
});

type Project = { readonly config: CapacityConfig; readonly plan: CapacityPlan };
type Prop = { readonly name: string; readonly isRequired: boolean };
type Section = { readonly names: readonly string[]; readonly props: Prop[] };

/** What a page says under each heading that names constructs: the rows of its table of props. */
function sectionsOf(path: string): Section[] {
  const sections: Section[] = [];
  for (const part of textOf(path).split(/^(?=#+ )/m)) {
    const [heading] = part.split('\n');
    const names = [...heading.matchAll(/`(\w+)`/g)].map(([, name]) => name).filter((name) => constructs.includes(name));
    if (names.length > 0) sections.push({ names, props: [] });
    const [, rows = ''] = /^\| prop .*\n\|[-| ]+\n((?:\|.*\n)+)/m.exec(part) ?? [];
    for (const [, name, , normal] of rows.matchAll(/^\| `(\w+)` *\|(.*)\| *(.*?) *\|$/gm))
      sections.at(-1)?.props.push({ name, isRequired: normal === 'required' });
  }
  return sections;
}

/** Code that compiles where the tables of a page have the props of their constructs, no more and no fewer. */
function propsAsTypes(path: string): string {
  const keys = (props: readonly Prop[]) => `{ ${props.map(({ name }) => `${name}: 0`).join(', ')} }`;
  const lines = sectionsOf(path).flatMap(({ names, props }) =>
    names.map(
      (name) => `
export const all${name}: Record<keyof PropsOf<'${name}'>, 0> = ${keys(props)};
export const required${name}: Record<RequiredOf<PropsOf<'${name}'>>, 0> = ${keys(props.filter(({ isRequired }) => isRequired))};`,
    ),
  );
  return `import type { Construct } from 'constructs';
import type * as aws from 'foresize/aws';
import type * as kubernetes from 'foresize/kubernetes';
type All = typeof aws & typeof kubernetes;
type PropsOf<Name extends keyof All> = All[Name] extends new (scope: Construct, id: string, props: infer Props) => unknown ? Props : never;
type RequiredOf<Props> = { [Key in keyof Props]-?: object extends Pick<Props, Key> ? never : Key }[keyof Props];
${lines.join('')}
`;
}

/** Runs an example in a folder of its own. @returns the kinds of Kubernetes objects and types of Terraform resources that it writes */
function kindsMadeBy(code: string, project: Project): string[] {
  const folder = temporaryFolder();
  Object.assign(process.env, { CDK8S_OUTDIR: folder, CDKTF_OUTDIR: folder });
  const required = (name: string): unknown =>
    name === 'foresize' ? { ...foresize, loadProject: () => project } : jest.requireActual<object>(name);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own code
  const run = new Function('require', transformSync(code, { loader: 'ts', format: 'cjs' }).code) as (require: typeof required) => void;
  run(required);
  const kinds = Object.entries(filesOf(folder)).flatMap(([file, text]) => {
    if (file.endsWith('.k8s.yaml')) return parseAllDocuments(text).map((object) => (object.toJS() as { readonly kind: string }).kind);
    if (!file.endsWith('.tf.json')) return [];
    return Object.keys((JSON.parse(text) as { readonly resource?: object }).resource ?? {});
  });
  return [...new Set(kinds)].sort();
}

/** The sample with what two of the pages say of the config: places kept free for the chat, and a pool of Karpenter. */
const project = ((): Project => {
  const { config, plan } = foresize.loadProject({ config: join(root, 'foresize.config.ts') });
  const chat = { ...plan.workloads.chat, buffer: { replicas: 2, by: 'placeholder-pods' as const } };
  const batch = { ...plan.pools.l40s, owner: 'karpenter' as const };
  return { config, plan: { ...plan, workloads: { ...plan.workloads, chat }, pools: { ...plan.pools, batch } } };
})();

/** The same with a floor of the chat that recording rules decide, for its replicas or for nodes alone. */
function withLiveFloor({ config, plan }: Project, isOfNodes: boolean): Project {
  const load = { kind: 'prometheus' as const, query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus.monitoring.svc:9090' };
  const stated = {
    ...config.workloads.chat,
    owner: 'live',
    load,
    live: isOfNodes ? { ahead: 'nodes' } : undefined,
  } as CapacityConfig['workloads'][string];
  const { replay } = plan.workloads.chat;
  const chat = {
    ...plan.workloads.chat,
    owner: 'live' as const,
    ahead: isOfNodes ? ('nodes' as const) : undefined,
    replay: replay && { ...replay, live: testLive },
  };
  return {
    config: { ...config, workloads: { ...config.workloads, chat: stated } },
    plan: { ...plan, workloads: { ...plan.workloads, chat } },
  };
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(path: string): string[] {
  return [...textOf(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
