import { Token } from 'cdktf';

/** Makes a value that Terraform computes when it plans: `max(2, local.live)` becomes `${max(2, local.live)}`. */
export const expression = (text: string): string => `\${${text}}`;

/** The same as `expression`, for an argument whose type is a number. */
export const numberExpression = (text: string): number => Token.asNumber(expression(text));

/** A text that Terraform takes as it stands: in a string `${` begins an expression and `%{` a directive. */
export const literal = (text: string): string => text.replace(/[$%](?=\{)/g, '$&$&');

/** The same for every text in plain data. */
export function literals<Value>(value: Value): Value {
  if (typeof value === 'string') return literal(value) as Value;
  if (Array.isArray(value)) return value.map(literals) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [literal(key), literals(member as unknown)])) as Value;
}
