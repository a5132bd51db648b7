import { z } from 'zod';
import { DAY_MS } from '../units';
import { duration, fraction, text, url } from './fields';

/** How history is read and judged: connections of live sources, rules of repair, and what happens beyond them. */

/** Where a secret is to be found. A literal is refused: configs are committed. */
const secret = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })], {
  error: "must say where the secret is, { env: 'NAME' } or { file: 'path' }: a config is committed",
});

export type SecretConfig = z.output<typeof secret>;

const credentialName = /authori[sz]ation|cookie|token|secret|password|credential|api-?key/i;

const headers = z.record(z.string(), z.union([z.string(), secret])).superRefine((all, ctx) => {
  for (const [name, value] of Object.entries(all)) {
    // Not named: what stands there may be a whole header, with its secret.
    if (!/^[A-Za-z0-9-]+$/.test(name)) ctx.addIssue({ code: 'custom', message: 'holds a name that no header can have' });
    if (typeof value !== 'string' || !credentialName.test(name)) continue;
    ctx.addIssue({ code: 'custom', path: [name], message: "must say where the secret is, { env: 'NAME' } or { file: 'path' }" });
  }
});

const prometheusSchema = z
  .strictObject({
    url: url.optional().meta({ description: 'of the server, up to and without /api/v1' }),
    bearerToken: secret.optional(),
    basicAuth: z.strictObject({ username: z.union([z.string().min(1), secret]), password: secret }).optional(),
    tls: z
      .strictObject({ ca: secret.optional(), cert: secret.optional(), key: secret.optional() })
      .refine((tls) => (tls.cert === undefined) === (tls.key === undefined), { error: 'needs both cert and key, or neither' })
      .optional()
      .meta({ description: "certificates in PEM; paths are relative to the config's folder" }),
    headers: headers.optional().meta({ description: "sent with every request, such as X-Scope-OrgID: 'team-a'" }),
    timeout: duration('longest that one request may take').default(30_000),
    kubeStateMetrics: z
      .union([z.literal(true), z.strictObject({ matchers: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string()) })])
      .optional()
      .meta({
        description:
          'whether the server has what kube-state-metrics tells of the cluster that jobs run in: true, or with the labels by which its series are told from those of other clusters; what windows of jobs did is then read back',
      }),
  })
  .refine((connection) => connection.kubeStateMetrics === undefined || connection.url !== undefined, {
    error: 'needs url: the server that has the series',
    path: ['kubeStateMetrics'],
  })
  .refine((connection) => connection.bearerToken === undefined || connection.basicAuth === undefined, {
    error: 'has both bearerToken and basicAuth: a request carries one',
    path: ['basicAuth'],
  });

/** A named rule of repair, as text in the config: see `repairNames`. */
export type RepairRule =
  | { readonly kind: 'interpolate'; readonly upToIntervals: number }
  | { readonly kind: 'same-hour-last-week' }
  | { readonly kind: 'unequal-duplicates'; readonly take: 'larger' | 'refuse' };

export const repairNames = ["'interpolate-up-to 3 intervals'", "'same hour last week'", "'unequal duplicates: larger' or ': refuse'"];

export function parseRepair(rule: string): RepairRule | undefined {
  const interpolate = /^interpolate-up-to (\d{1,4}) intervals?$/.exec(rule);
  if (interpolate && Number(interpolate[1]) > 0) return { kind: 'interpolate', upToIntervals: Number(interpolate[1]) };
  if (rule === 'same hour last week') return { kind: 'same-hour-last-week' };
  const duplicates = /^unequal duplicates: (larger|refuse)$/.exec(rule);
  return duplicates ? { kind: 'unequal-duplicates', take: duplicates[1] as 'larger' | 'refuse' } : undefined;
}

export const historySchema = z.strictObject({
  range: duration('how far back live sources are asked').default(56 * DAY_MS),
  prometheus: prometheusSchema.optional(),
  cloudwatch: z.strictObject({ region: z.string().min(1).optional() }).optional(),
  repairs: z
    .array(text(parseRepair, `one of ${repairNames.join(', ')}`))
    .default([{ kind: 'interpolate', upToIntervals: 3 }])
    .meta({ description: 'rules that mend what is missing, in the order they apply; what no rule mends stays missing' }),
  leastCoverage: fraction.default(0.5).meta({ description: 'least share of the time that must be observed' }),
  longestGap: duration('a longer gap, after repairs and exclusions, makes a history unusable').default(14 * DAY_MS),
  unusable: z.enum(['refuse', 'keep-floor']).default('refuse').meta({
    description: "what becomes of a workload whose history cannot be used: 'keep-floor' withholds its forecast and keeps its present floor",
  }),
});

export type HistoryConfig = z.output<typeof historySchema>;
export type PrometheusConnection = z.output<typeof prometheusSchema>;
