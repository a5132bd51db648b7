import { gunzipSync } from 'node:zlib';

/** CPU time that was spent under one stack of calls. */
export type CpuSample = {
  /** Names of functions, the innermost first. */
  readonly stack: readonly string[];
  readonly seconds: number;
};

/**
 * Reads a CPU profile of a Go program, as its `/debug/pprof/profile` answers it.
 *
 * @param answer `profile.proto`, compressed
 * @see github.com/google/pprof, proto/profile.proto
 */
export function cpuSamples(answer: Uint8Array): CpuSample[] {
  const profile = fieldsOf(gunzipSync(answer));
  const strings = profile.filter(isOf(6)).map(({ value }) => Buffer.from(bytesOf(value)).toString());
  const functions = new Map(messagesOf(profile, 5).map((fields) => [numberOf(fields, 1), strings[numberOf(fields, 2)]]));
  const places = new Map(
    messagesOf(profile, 4).map((fields) => [
      numberOf(fields, 1),
      messagesOf(fields, 4).map((line) => functions.get(numberOf(line, 1)) ?? 'unknown'),
    ]),
  );
  return messagesOf(profile, 2).map((fields) => ({
    stack: numbersOf(fields, 1).flatMap((id) => places.get(id) ?? []),
    // The last value of a sample of CPU time is in nanoseconds.
    seconds: (numbersOf(fields, 2).at(-1) ?? 0) / 1e9,
  }));
}

/** A field of a message: a number, or bytes that hold text, numbers or a message. */
type Field = { readonly field: number; readonly value: number | Uint8Array };

const isOf =
  (field: number) =>
  (other: Field): boolean =>
    other.field === field;

function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const key = numberAt(bytes, at);
    const value = numberAt(bytes, key.end);
    const [field, wire] = [Math.floor(key.number / 8), key.number % 8];
    if (wire !== 0 && wire !== 2) throw new Error(`a profile has no fields of wire type ${wire}`);
    at = wire === 0 ? value.end : value.end + value.number;
    fields.push({ field, value: wire === 0 ? value.number : bytes.subarray(value.end, at) });
  }
  return fields;
}

/** A number of seven bits a byte, the lowest first; addresses above 2^53 lose digits that nobody reads. */
function numberAt(bytes: Uint8Array, start: number): { readonly number: number; readonly end: number } {
  let [number, end] = [0, start];
  for (let weight = 1; ; weight *= 128) {
    const byte = bytes[end];
    end += 1;
    number += (byte % 128) * weight;
    if (byte < 128) return { number, end };
  }
}

const bytesOf = (value: number | Uint8Array): Uint8Array => (typeof value === 'number' ? new Uint8Array() : value);

function messagesOf(fields: readonly Field[], field: number): Field[][] {
  return fields.filter(isOf(field)).map(({ value }) => fieldsOf(bytesOf(value)));
}

function numbersOf(fields: readonly Field[], field: number): number[] {
  return fields.filter(isOf(field)).flatMap(({ value }) => {
    if (typeof value === 'number') return [value];
    const numbers: number[] = [];
    for (let at = 0; at < value.length;) {
      const { number, end } = numberAt(value, at);
      numbers.push(number);
      at = end;
    }
    return numbers;
  });
}

function numberOf(fields: readonly Field[], field: number): number {
  return numbersOf(fields, field).at(-1) ?? 0;
}
