import { fc, test as property } from '@fast-check/jest';
import { canonicalJson, digestOf } from '../lib/digest';

property.prop([fc.jsonValue()])('canonical JSON says the same as JSON', (value) => {
  expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
});
property.prop([fc.dictionary(fc.string(), fc.jsonValue())])('canonical JSON does not depend on the order of keys', (object) => {
  const reversed = Object.fromEntries(Object.entries(object).reverse());
  expect(canonicalJson(reversed)).toBe(canonicalJson(object));
});

test('what is undefined is left out of an object, and is null in a list', () => {
  expect(canonicalJson({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}');
});

test('a digest is SHA-256 over text or bytes as they are, and over the canonical JSON of anything else', () => {
  const ofAbc = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(digestOf('abc')).toBe(ofAbc);
  expect(digestOf(new TextEncoder().encode('abc'))).toBe(ofAbc);
  expect(digestOf({ b: 1, a: 2 })).toBe(digestOf('{"a":2,"b":1}'));
});
