import { fc, test as propertyTest } from '@fast-check/jest';
import { dialectOf, splitFields } from '../../../lib/adapters/files/dialect';

const delimiter = fc.constantFrom(',', ';', '\t');
const written = (fields: readonly string[], by: string) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(by);

propertyTest.prop([fc.array(fc.string(), { minLength: 1 }), delimiter])(
  'a record of quoted fields is read as the fields it was written from',
  (fields, by) => {
    expect(splitFields(written(fields, by), by)).toEqual(fields);
  },
);

const headOf = (text: string) => dialectOf({ bytes: Buffer.from(text), compression: 'none', encoding: 'utf-8' }, 'a.csv');

test.each([
  ['commas', 'time,value\n', ','],
  ['semicolons, though a quoted name holds commas', '"time, in UTC, exactly";value\n', ';'],
  ['tabs', 'time\tvalue\n', '\t'],
])('the delimiter is what the header has most of: %s', (_, text, expected) => expect(headOf(text).delimiter).toBe(expected));

test('the header is the first line that holds anything, without a byte-order mark and spaces around names', () => {
  expect(headOf('\uFEFF\n\n time , value \r\n1,2\n')).toMatchObject({ delimiter: ',', columns: ['time', 'value'], headerLines: 3 });
});

test('a file of empty lines alone is refused', () => expect(() => headOf('\n\n')).toThrow('holds nothing but empty lines'));
