import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifests } from '../../lib/adapters/manifests';
import { temporaryFolder } from '../support/foresize';

const folder = temporaryFolder();
const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const read = (manifest: unknown) => readManifests({ workloads: { chat: { attach: { manifest } } } }, folder, 'c').chat;
const names = (manifest: unknown) => read(manifest).map(({ kind }) => kind);

write('app/a.yaml', '---\n# Source: a\nkind: Service\n---\n---\nkind: Deployment\n');
write('app/more/b.json', '{ "kind": "List", "items": [{ "kind": "Secret" }, { "kind": "ConfigMap" }] }');
write('app/notes.txt', 'not: [read');
write('app/values.yaml', 'replicas: 3\n');
write(
  'chart/templates/deployment.yaml',
  '{{- if .Values.enabled }}\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n{{- end }}\n',
);

test('a file gives its objects, whatever else stands between them', () => expect(names('app/a.yaml')).toEqual(['Service', 'Deployment']));

test('a folder gives the objects of its files and folders, lists opened, in the order of names', () => {
  expect(names('app')).toEqual(['Service', 'Deployment', 'Secret', 'ConfigMap']);
});

test('several paths are read one after the other', () => {
  expect(names(['app/more', 'app/a.yaml'])).toEqual(['Secret', 'ConfigMap', 'Service', 'Deployment']);
});

test('without a manifest nothing is read', () => {
  expect(read(undefined)).toEqual([]);
  expect(readManifests(null, folder, 'c')).toEqual({});
});

test('what is not there is refused at its place', () => {
  expect(() => read('gone.yaml')).toThrow(
    "c: workloads.chat.attach.manifest: 'gone.yaml' does not exist. Hint: a path is relative to the config",
  );
});

test('a chart that is not rendered is refused with what to render it by', () => {
  expect(() => read('chart')).toThrow(
    /^c: workloads.chat.attach.manifest: 'chart' holds templates, which holds deployment.yaml, which is no YAML: .* Hint: name the rendered objects: what `helm template` or `kubectl kustomize` prints/,
  );
});
