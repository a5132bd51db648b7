import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PatchConfig } from '../../lib/config';
import { ProblemError } from '../../lib/problems';

/**
 * Applies merge patches to the objects of a construct: the last word on what is emitted. A patch goes by kind (`Deployment`), to every
 * object of it, or by kind and name (`NetworkPolicy/chat-ingress`). `null` takes a field away.
 *
 * @throws ProblemError `kubernetes/patch` where a patch names nothing that the construct emits
 * @see RFC 7386, JSON Merge Patch
 */
export function applyPatch(scope: Construct, workload: string, patch: PatchConfig = {}): void {
  const objects = scope.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
  const known = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const unknown = Object.keys(patch).filter((target) => !known.some((name) => name === target || name.startsWith(`${target}/`)));
  if (unknown.length > 0) {
    throw new ProblemError(
      unknown.map((target) => ({
        code: 'kubernetes/patch' as const,
        path: `workloads.${workload}.patch.${target}`,
        message: 'names nothing that is emitted',
        hint: `emitted are: ${known.join(', ')}`,
      })),
    );
  }
  for (const object of objects) {
    for (const target of [object.kind, `${object.kind}/${object.metadata.name}`]) {
      if (Object.hasOwn(patch, target)) object.addJsonPatch(...operations('', object.toJson() as Json, patch[target]));
    }
  }
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function operations(at: string, present: Json, patch: Json): JsonPatch[] {
  return Object.entries(patch).flatMap(([key, value]) => {
    const path = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (value === null) return Object.hasOwn(present, key) ? [JsonPatch.remove(path)] : [];
    if (isObject(value)) {
      const inner = present[key];
      return isObject(inner) ? operations(path, inner, value) : [JsonPatch.add(path, withoutNulls(value))];
    }
    return [JsonPatch.add(path, value)];
  });
}

function withoutNulls(value: Json): Json {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, isObject(inner) ? withoutNulls(inner) : inner]])),
  );
}
