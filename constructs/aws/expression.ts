import { Token } from 'cdktf';

/** Makes a value that Terraform computes when it plans: `max(2, local.live)` becomes `${max(2, local.live)}`. */
export const expression = (text: string): string => `\${${text}}`;

/** The same as `expression`, for an argument whose type is a number. */
export const numberExpression = (text: string): number => Token.asNumber(expression(text));
