import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typeErrors } from '../support/compile';
import { copyProject, recipeOf } from '../support/recipe';

const folder = 'docs/contributing';
const recipes = readdirSync(join(__dirname, '../..', folder))
  .filter((name) => /^add-a-.*\.md$/.test(name))
  .map((name) => ({ name, files: recipeOf(`${folder}/${name}`) }));

test('there is a recipe for whatever a stranger adds', () => {
  expect(recipes.map(({ name }) => name)).toEqual(['add-a-command.md', 'add-a-construct.md', 'add-a-model.md', 'add-a-source.md']);
});

describe.each(recipes)('$name', ({ name, files }) => {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), `foresize-${name}-`)));
  afterAll(() => rmSync(copy, { recursive: true, force: true }));
  const tests = Object.keys(files).filter((file) => file.endsWith('.test.ts'));

  test('compiles as it says', () => {
    expect(tests).toHaveLength(1);
    expect(typeErrors(Object.keys(files), files)).toEqual([]);
  });

  // Its own tests, in a copy of the project to which its code was added.
  copyProject(copy, files);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  for (const file of tests) require(join(copy, file));
});
