import { isScalar, Document, visit } from 'yaml';

/**
 * Writes objects as YAML that kubectl reads as they are. kubectl reads YAML 1.1 with numbers as Go writes them (`0o17`, `0X1F`, `-0b1`),
 * which the writer of cdk8s leaves bare, so that a word of a command would become a number (cdk8s-team/cdk8s-core#1230).
 *
 * @returns documents with `---` between them, each ending in a line break
 */
export function manifestYaml(objects: readonly object[]): string {
  return objects.map(documentYaml).join('---\n');
}

function documentYaml(object: object): string {
  const document = new Document(object, { version: '1.1', keepUndefined: true });
  visit(document, (_, node) => {
    if (isScalar(node) && typeof node.value === 'string' && isReadAsNumber(node.value)) node.type = 'QUOTE_DOUBLE';
  });
  return document.toString({ lineWidth: 0 });
}

/** Numbers with a letter for their base, as `strconv.ParseInt` of Go takes them. */
export const isReadAsNumber = (word: string): boolean => /^[-+]?0[box][0-9a-f_]+$/i.test(word);
