import { z } from 'zod';
import { parseCpuMilli, parseDuration, parseMemoryMiB, parseShare, parseTime } from '../units';

/** A field that is text with a unit and becomes a number: read once, here, by the parsers of `lib/units.ts`. */
export const text = <T>(parse: (value: string) => T | undefined, expected: string, description?: string) =>
  z
    .string()
    .meta({ description: `${description ? `${description}; ` : ''}${expected}` })
    .transform((value, ctx): T => {
      const parsed = parse(value);
      if (parsed === undefined) {
        ctx.issues.push({ code: 'custom', input: value, message: 'cannot be read', params: { expected } });
        return z.NEVER;
      }
      return parsed;
    });

export const positive = (parse: (value: string) => number | undefined) => (value: string) => {
  const parsed = parse(value);
  return parsed !== undefined && parsed > 0 ? parsed : undefined;
};

export const duration = (description?: string) => text(positive(parseDuration), "a duration such as '6m' or '7d'", description);
export const durationOrZero = (description?: string) => text(parseDuration, "a duration such as '0s' or '6m'", description);
export const cpu = text(positive(parseCpuMilli), "CPU such as '3' or '500m'");
export const memory = text(positive(parseMemoryMiB), "memory such as '12 GiB'");
export const anyShare = z.union([z.number().min(0), text(parseShare, "a share such as '20%'")]);
export const fraction = z.number().gt(0).lt(1);
export const name = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, { error: "must be lower-case letters, digits and '-', at most 40, beginning with a letter" })
  .refine((value) => !(value in {}), { error: 'is a reserved word' });
const labelName = '[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?';
/** The forms of the name of a Kubernetes object, and of the key of a label, an annotation or a taint. */
export const objectNamePattern = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
export const labelKeyPattern = new RegExp(`^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\\/)?${labelName}$`);
export const labelValuePattern = new RegExp(`^(${labelName})?$`);
export const labelValue = z.string().regex(labelValuePattern, {
  error: "must be the value of a label: at most 63 letters, digits, '-', '_' and '.'",
});
/** The form of an AWS region. */
export const regionPattern = /^[a-z]{2}(-[a-z]+)+-\d$/;
/** A cost centre, as it can be the value of a tag of AWS. */
export const costCentre = z.string().regex(/^[\w+=.:/@ -]{1,256}$/, {
  error: "must be at most 256 letters, digits, spaces and '_.:/=+-@', as a tag of AWS takes it",
});
export const count = z.int().min(1);
export const time = text(parseTime, "a time with its zone such as '2026-11-24T00:00:00Z', or a date");

/**
 * An address of a server. What it would carry of credentials is refused: a config is committed, and its plan quotes the address. A
 * query has no place in it either: it is where tokens hide.
 */
export const url = z
  .url({ protocol: /^https?$/, error: 'must be an address such as http://prometheus.monitoring:9090' })
  .refine((value) => !/^[a-z]+:\/\/[^/?#]*@/i.test(value), {
    error: 'must not hold a user name or password',
  })
  .refine((value) => !/[?#]/.test(value), {
    error: 'must end before any ? or #: what a server needs beside it goes into headers',
  });
