import { programBuilder, solveMany, type LinearProgram, type Solver } from '../../../lib/sizing/problem/program';

test('a program is built of variables and rows, which are referred to by number', () => {
  const builder = programBuilder();
  const x = builder.variable({ name: 'x', cost: 2, upper: 5, integer: true });
  const y = builder.variable({ name: 'y', cost: 0, lower: 1, upper: 9, integer: false });
  expect([x, y]).toEqual([0, 1]);
  expect(
    builder.row(
      'both',
      [
        [x, 1],
        [y, 0],
      ],
      { lower: 3 },
    ),
  ).toBe(0);
  expect(builder.noLarger('order', x, y)).toBe(1);
  expect(builder.noLarger('near', x, y, 2)).toBe(2);
  expect(builder.program()).toEqual({
    variables: [
      { name: 'x', cost: 2, upper: 5, integer: true },
      { name: 'y', cost: 0, lower: 1, upper: 9, integer: false },
    ],
    rows: [
      { name: 'both', terms: [[0, 1]], lower: 3, upper: Infinity },
      {
        name: 'order',
        terms: [
          [0, 1],
          [1, -1],
        ],
        lower: -Infinity,
        upper: 0,
      },
      {
        name: 'near',
        terms: [
          [0, 1],
          [1, -1],
        ],
        lower: -Infinity,
        upper: 2,
      },
    ],
  });
});

test('several programs are solved at once where the solver can, otherwise one after another', () => {
  const programs: readonly LinearProgram[] = [1, 2].map((cost) => ({
    variables: [{ name: 'x', cost, upper: 1, integer: true }],
    rows: [],
  }));
  const answer = (objective: number) => ({ status: 'optimal', values: [1], objective, bound: objective }) as const;
  const single: Solver = ({ variables }) => answer(variables[0].cost);
  expect(solveMany(single, programs)).toEqual([answer(1), answer(2)]);
  const many = Object.assign(single, { many: (all: readonly LinearProgram[]) => all.map(() => answer(7)) });
  expect(solveMany(many, programs)).toEqual([answer(7), answer(7)]);
});
