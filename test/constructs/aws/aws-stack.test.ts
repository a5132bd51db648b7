import { buildStacks, problemsOf, sampleConfig } from './support';

const names = ['foundation', 'cluster', 'capacity'] as const;

test('state in a bucket is encrypted and locked, one object for each stack', () => {
  const stacks = buildStacks(sampleConfig({ state: { kind: 's3', bucket: 'b-of-mine', region: 'eu-west-1', prefix: 'teams/ml' } }));
  for (const name of names) {
    expect(stacks[name].terraform.backend).toEqual({
      s3: { bucket: 'b-of-mine', region: 'eu-west-1', key: `teams/ml/${name}.tfstate`, encrypt: true, use_lockfile: true },
    });
  }
});

test('local state lies beside cdktf.out, by a path relative to where Terraform runs', () => {
  expect(buildStacks().cluster.terraform.backend).toEqual({ local: { path: '../../../terraform.cluster.tfstate' } });
  const { cluster } = buildStacks(sampleConfig({ state: { kind: 'local', directory: './state' } }));
  expect(cluster.terraform.backend).toEqual({ local: { path: '../../../state/terraform.cluster.tfstate' } });
});

test.each(['/var/state', 'C:\\state'])('local state at the absolute path %s is refused', (directory) => {
  expect(problemsOf(() => buildStacks(sampleConfig({ state: { kind: 'local', directory } })))).toEqual([
    {
      code: 'aws/state-absolute',
      path: 'state.directory',
      message: `'${directory}' must be relative in order for the output to be the same on every machine`,
      hint: 'name a folder relative to the one that holds cdktf.out, or keep state in a bucket with s3(...)',
    },
  ]);
});

test('a stack reads what another hands over from the state of that stack, and only what that stack gives', () => {
  const stacks = buildStacks(sampleConfig({ state: { kind: 's3', bucket: 'b-of-mine', region: 'eu-west-1' } }));
  const backend = (name: (typeof names)[number]) => stacks[name].terraform.backend.s3;
  for (const name of names) {
    for (const [from, { config }] of Object.entries(stacks[name].data.terraform_remote_state ?? {})) {
      expect({ ...(config as object), use_lockfile: true }).toEqual(backend(from as (typeof names)[number]));
    }
    const used = [...JSON.stringify(stacks[name]).matchAll(/terraform_remote_state\.(\w+)\.outputs\.(\w+)/g)];
    expect(used.length).toBeGreaterThan(name === 'foundation' ? -1 : 1);
    for (const [, from, output] of used) expect(stacks[from as (typeof names)[number]].output).toHaveProperty(output);
  }
});

test('every stack runs on two majors of the provider, in the region of the config, and says whose it is', () => {
  const stacks = buildStacks(sampleConfig({ region: 'eu-central-1' }));
  for (const name of names) {
    expect(stacks[name].terraform.required_providers.aws.version).toBe('>= 5.100.0, < 7.0.0');
    expect(stacks[name].terraform.required_version).toBe('>= 1.10.0');
    expect(stacks[name].provider.aws).toEqual([
      { region: 'eu-central-1', default_tags: [{ tags: { 'foresize:project': 'sample', 'foresize:stack': name } }] },
    ]);
  }
});
