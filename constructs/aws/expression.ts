import { Token } from 'cdktf';

/** Text of a Terraform expression as a value: `max(2, local.live)` is evaluated by Terraform, when it plans. */
export const expression = (text: string): string => `\${${text}}`;

/** The same, where a number is wanted. */
export const numberExpression = (text: string): number => Token.asNumber(expression(text));
