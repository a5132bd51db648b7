/** What a label must be: this text, like a pattern, or unlike one; nothing where it may be anything. */
export type Matcher = string | { readonly unlike: string } | { readonly like: string } | undefined;

/** Label matchers in the form of PromQL, in braces; empty where there are none. */
export function selector(labels: Readonly<Record<string, Matcher>>): string {
  const texts = Object.entries(labels).flatMap(([name, matcher]) => {
    if (matcher === undefined) return [];
    if (typeof matcher === 'string') return [`${labelName(name)}=${quoted(matcher)}`];
    return 'unlike' in matcher ? [`${labelName(name)}!~${quoted(matcher.unlike)}`] : [`${labelName(name)}=~${quoted(matcher.like)}`];
  });
  return texts.length === 0 ? '' : `{${texts.join(',')}}`;
}

/** A text of PromQL, in double quotes. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;

/** Names beyond letters, digits and '_' are quoted, as Prometheus 3 takes them. */
const labelName = (name: string): string => (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name));

/** A text as a pattern that matches it alone. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
