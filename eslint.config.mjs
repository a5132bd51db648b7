import tseslint from 'typescript-eslint';

const clockChanceLocale = [
  { object: 'Date', property: 'now', message: 'The clock is read once, in bin/; pass the time in.' },
  { object: 'Math', property: 'random', message: 'Chance comes in as a seed.' },
];
const localeMethods = [
  'localeCompare',
  'toLocaleString',
  'toLocaleDateString',
  'toLocaleTimeString',
  'toLocaleUpperCase',
  'toLocaleLowerCase',
];

export default tseslint.config(
  {
    ignores: ['**/node_modules/**', 'dist/**', 'coverage/**', '.foresize/**', '**/cdktf.out/**', '**/cdk8s.out/**', '**/*.cjs', '**/*.mjs'],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['lib/**/*.ts', 'constructs/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', ...clockChanceLocale],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The clock is read once, in bin/; pass the time in.',
        },
        ...localeMethods.map((name) => ({
          selector: `CallExpression[callee.property.name='${name}']`,
          message: 'Output must not depend on the locale.',
        })),
      ],
    },
  },
  // Each command loads only what it needs: --help and forecast should not wait for cdktf.
  {
    files: ['bin/commands/index.ts', 'lib/project/index.ts'],
    rules: { '@typescript-eslint/no-require-imports': 'off', '@typescript-eslint/consistent-type-imports': 'off' },
  },
  { files: ['foresize.config.ts', 'examples/**/foresize.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['test/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' } },
);
