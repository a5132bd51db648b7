import { fc, test as propertyTest } from '@fast-check/jest';
import { printable, renderProblem } from '../lib/problems';

const rendered = (received: string): string =>
  renderProblem({ code: 'history/value', path: 'x.csv:2', message: 'holds no number', received });

test('what a terminal would obey is shown as its code', () => {
  expect(rendered("'\u001b[2J\u0007\r\u009b1m\u202e'")).toBe("x.csv:2: holds no number (got '\\u001b[2J\\u0007\\u000d\\u009b1m\\u202e')");
});

test('a problem is one line, whatever it quotes', () => {
  expect(rendered("'a\nerror: b'")).toBe("x.csv:2: holds no number (got 'a\\nerror: b')");
});

test('what people write stays as it is: letters of all scripts, tabs and line feeds', () => {
  const text = 'Käse\tжурнал 日本語 😀\n  25 °C';
  expect(printable(text)).toBe(text);
});

propertyTest.prop([fc.string({ unit: 'binary' })])(
  'JSON means the same once it is printable, and holds nothing that a terminal obeys',
  (text) => {
    const json = printable(JSON.stringify({ text }, null, 2));
    expect(JSON.parse(json)).toEqual({ text });
    expect([...json].filter((character) => /\p{Cc}/u.test(character) && character !== '\n')).toEqual([]);
  },
);
