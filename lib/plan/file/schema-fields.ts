import { z } from 'zod';
import type { ProblemCode } from '../../problems';
import type { ReasonCode } from './reason-codes';

/** A moment, ISO 8601 UTC: `2026-11-24T00:00:00Z`. */
export const time = z.string();
/** A length of time as the config writes it: `1h`, `7d`. */
export const duration = z.string();
/** `sha256:` and 64 hexadecimal digits. */
export const digest = z.string();

/**
 * A code of this version's tables. A plan may come from another version, so that its codes are read as they stand: whoever looks one up
 * must be ready not to find it.
 */
const codeOf = <Code extends string>() => z.string() as z.ZodString & z.ZodType<Code>;

export const warningSchema = z.strictObject({ code: codeOf<ProblemCode>(), path: z.string(), message: z.string() }).meta({ id: 'Warning' });

export const reasonSchema = z.strictObject({ code: codeOf<ReasonCode>(), text: z.string() }).meta({ id: 'Reason' });
