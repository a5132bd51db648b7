import type { ProblemPage } from './page';

/** Codes of asking Prometheus (and what speaks its API), CloudWatch, and of what is deployed beside the plan. */
export const liveCodes = {
  'live/refused': {
    title: 'AWS does not answer what is deployed.',
    when: '`foresize check --live` finds no credentials, may not call an action, or cannot reach AWS.',
    cure: 'Sign in, or give the role the action that is named: [what is deployed](../../live.md) has the policy.',
    example:
      'eks:DescribeCluster: is refused by AWS in us-east-1 (403). Hint: the role needs eks:DescribeCluster, as docs/live.md has it; or the credentials have expired',
  },
  'live/record': {
    title: 'The record of empty node groups cannot be used.',
    when: '`capacity-live.json` beside the plan is no JSON of the form that `foresize check --live` writes, or is of another cluster.',
    cure: 'Run `foresize check --live` again, or remove the file: then nothing counts as empty.',
    example:
      'capacity-live.json: is not what foresize check --live writes for cluster prod. Hint: run foresize check --live again, or remove the file',
  },
  'live/version': {
    title: 'The cluster runs an older Kubernetes than the config says.',
    when: '`cluster.version` decides what may be written, and `foresize check --live` finds a cluster that knows less.',
    cure: 'State the version that runs, or upgrade the cluster.',
    example:
      "cluster.version: is 1.35, and cluster prod runs Kubernetes 1.32. Hint: state version: '1.32' in the config, so that nothing is written that it does not know, or upgrade the cluster",
  },
  'live/unhealthy': {
    title: 'EKS says that a node group is not well.',
    when: 'Its status is another than active, in creation or being updated, or it lists issues of its health.',
    cure: 'See to it before a deployment, which may wait for it in vain.',
    example:
      'l40s-g6e-xlarge: is called DEGRADED by EKS: no capacity. Hint: see what EKS says of it before deploying: aws eks describe-nodegroup',
  },
  'live/below-floor': {
    title: 'A node group or a workload has fewer nodes or replicas than its floor in the plan.',
    when: 'The plan is not deployed yet, or somebody moved the group or the autoscaler, or pods find no node. Under the owner `terraform` the floor of a node group is the peak.',
    cure: 'Deploy the plan, or find out who moves the number.',
    example:
      'l40s-g6e-xlarge: has 2 nodes, and the plan has at least 5. Hint: deploy the plan; where it is deployed, somebody else moves the group',
  },
  'live/limits': {
    title: 'An autoscaler in the cluster has other limits than the plan.',
    when: 'The plan is not deployed yet, or somebody else writes the minimum or the maximum of the HPA.',
    cure: 'Deploy the plan, or find out who writes the autoscaler.',
    example:
      'workloads.chat: has other limits in the cluster than in the plan: HPA serving/keda-hpa-chat has at most 20 in place of 30. Hint: deploy the plan; where it is deployed, somebody else writes the autoscaler',
  },
  'live/stuck': {
    title: 'An autoscaler in the cluster does not scale.',
    when: 'Kubernetes says of the HPA that it cannot scale its target, or that no metric is answered.',
    cure: 'See to the metric or the target that it names.',
    example:
      'workloads.chat: is moved by no autoscaler at present: HPA serving/chat says FailedGetExternalMetric: no metrics returned from external metrics API. Hint: see to what it names: a metric that nobody answers, or a target that is not there',
  },
  'live/above-ceiling': {
    title: 'A node group has more nodes than its ceiling in the plan.',
    when: 'An autoscaler or a person added them, under an earlier plan or by hand.',
    cure: 'Nothing where they go with the load; a higher ceiling where they are needed.',
    example:
      'l40s-g6e-xlarge: has 20 nodes, and the plan has at most 12. Hint: they stay until the autoscaler takes them away; raise the ceiling of the pool or the workload where they are needed',
  },
  'live/left-over': {
    title: 'The cluster has a node group of the project that the plan does not know.',
    when: 'A plan was made with `--fresh`, or without the one that is deployed. Terraform refuses to take the group away while it has nodes.',
    cure: 'Plan with the deployed plan in its place, so that the group retires.',
    example:
      'l40s-g6e-12xlarge: is a node group of this project in prod, with 3 nodes, that the plan does not know. Hint: plan with the deployed plan as capacity-plan.json, without --fresh: it keeps the group as retiring until it is empty',
  },
  'live/quota': {
    title: 'The account may not run the nodes of the plan.',
    when: 'The vCPU of the node groups at their peaks pass a quota of EC2 as the account has it. What else runs there counts too, and is not seen.',
    cure: 'Have the quota raised, or plan within it.',
    example:
      "L-DB2E81BA: allows 64 vCPU in this account, and the node groups of the plan need 96 at their peaks. Hint: ask AWS to raise it, or set limits.quotas: { 'L-DB2E81BA': '64 vCPU' } in the config and plan again",
  },
  'prometheus/no-url': {
    title: 'A source names no server.',
    when: 'A `prometheus(...)` source has no `url`, and `history.prometheus.url` is not set either.',
    cure: 'Set `history.prometheus.url` once for all sources, or `url` at the source.',
    example:
      "workloads.chat.load: names no server. Hint: give history.prometheus.url, or url: 'http://prometheus.monitoring:9090' at the source",
  },
  'prometheus/unauthorized': {
    title: 'The server does not accept who is asking (401).',
    when: 'The server wants credentials and got none, or some that it does not accept.',
    cure: 'Say in `history.prometheus` how to sign in (`bearerToken`, `basicAuth` or `tls`); where it is said already, the token may have expired.',
    example:
      'workloads.chat.load (http://prometheus:9090): http://prometheus:9090 does not accept who is asking (401). Hint: say in history.prometheus how to sign in: bearerToken, basicAuth or tls',
  },
  'prometheus/forbidden': {
    title: 'The server forbids the query (403).',
    when: 'The server knows who is asking, and that one may not read the metrics, or the header that names the tenant is missing.',
    cure: 'Give the account the right to read metrics, and the tenant in `history.prometheus.headers` (`X-Scope-OrgID`).',
    example:
      'workloads.chat.load (http://mimir:9009): http://mimir:9009 forbids the query (403). Hint: who asks needs the right to read metrics, and its tenant header',
  },
  'prometheus/not-found': {
    title: 'The server has no query API at that address (404).',
    when: 'Something answers at the address, and it has no `/api/v1/query_range`: mostly a prefix is missing or too much.',
    cure: 'Write the url up to and without `/api/v1`, with the prefix where there is one: `http://mimir:9009/prometheus`.',
    example:
      'workloads.chat.load (http://mimir:9009): http://mimir:9009 knows no /api/v1/query_range (404). Hint: the url goes up to and without /api/v1, with a prefix where there is one, such as /prometheus',
  },
  'prometheus/failing': {
    title: 'The server fails.',
    when: 'It answers with a status of 500 or above, or says that it is asked too often (429), also when asked again.',
    cure: 'Try again later, or plan with `--offline` from what was read before. Look at the server: is it out of memory or still starting?',
    example:
      'workloads.chat.load (http://prometheus:9090): http://prometheus:9090 fails with 503 in 5 attempts. Hint: try again later, or plan with --offline',
  },
  'prometheus/query': {
    title: 'The server refuses the query.',
    when: 'The query has a syntax error, uses a function that the server does not have, or asks for more than it allows.',
    cure: 'Try the query in the page of the server first; its own words stand in the message.',
    example:
      'workloads.chat.load (http://prometheus:9090): http://prometheus:9090 refuses the query (400 bad_data): parse error. Hint: try the query in its own page first',
  },
  'prometheus/status': {
    title: 'The server answers with a status that is not understood.',
    when: 'The answer is no success and none of the refusals that the API of Prometheus has.',
    cure: 'Does the address lead to Prometheus, or to a proxy before it?',
    example:
      'workloads.chat.load (http://prometheus:9090): http://prometheus:9090 answers with status 418. Hint: does the address lead to Prometheus, or what speaks its API?',
  },
  'prometheus/not-json': {
    title: 'The server answers with something else than JSON.',
    when: 'The answer is a success and is a web page or other text: mostly a page to sign in, from a proxy before the server.',
    cure: 'Ask Prometheus itself, behind the proxy, or give a token that the proxy takes.',
    example:
      'workloads.chat.load (http://mimir:9009): http://mimir:9009 answers with a web page. Hint: is it a page to sign in? ask Prometheus itself, behind the proxy, or give a token',
  },
  'prometheus/timeout': {
    title: 'The server did not answer in time.',
    when: 'No answer came within `history.prometheus.timeout`, also when much less was asked for at once; or the range would take more than ten times as long at the speed of the server.',
    cure: 'Raise the timeout, or have a recording rule compute the query ahead of time.',
    example:
      'workloads.chat.load (http://prometheus:9090): http://prometheus:9090 did not answer in time (10s). Hint: raise history.prometheus.timeout, or have the query recorded by a rule; --offline plans from what was read before',
  },
  'prometheus/connection': {
    title: 'The server cannot be reached.',
    when: 'The connection is refused, is shut at once, or nothing is at the address.',
    cure: 'Is the address right, and can it be reached from here? A server that closes a TLS connection at once may ask for a certificate (`history.prometheus.tls.cert` and `key`). `--offline` plans from what was read before.',
    example:
      'workloads.chat.load (http://prometheus:9090): http://prometheus:9090 refuses the connection. Hint: is the address right, and can it be reached from here? plan from what was read before with --offline',
  },
  'prometheus/cut-off': {
    title: 'The answer was cut off.',
    when: 'The connection ended within an answer, also when asked again. A proxy on the way may end long ones.',
    cure: 'Try again; ask without the proxy, or have the query recorded by a rule so that its answer is shorter.',
    example:
      'workloads.chat.load (http://prometheus:9090): http://prometheus:9090 ended its answer before its end. Hint: try again; a proxy on the way may end long answers',
  },
  'prometheus/unknown-host': {
    title: 'The name of the server is not known.',
    when: 'Its name has no address here. A name inside a cluster (`prometheus.monitoring.svc`) is known there alone.',
    cure: 'Run where the name is known, forward a port, or use an address that is reachable from here.',
    example:
      'workloads.chat.load (http://prometheus.monitoring:9090): http://prometheus.monitoring:9090 has a name that is not known here. Hint: is the address right? a name inside a cluster is known there alone',
  },
  'prometheus/certificate': {
    title: 'The server cannot be spoken to over TLS.',
    when: 'Its certificate is signed by an authority that is not trusted here, is for another name or has expired; or a certificate of ours does not go with its key.',
    cure: 'Name the authority with `history.prometheus.tls.ca`, and `cert` and `key` where the server asks for them.',
    example:
      'workloads.chat.load (https://prometheus:9090): https://prometheus:9090 cannot be spoken to over TLS: self-signed certificate. Hint: name its authority with history.prometheus.tls.ca, and cert and key where it asks for them',
  },
  'prometheus/redirect': {
    title: 'The server sends us elsewhere.',
    when: 'It redirects to another server, or from one address to the next without end. Another server is sent nothing, for a token would go along to an address that nobody named.',
    cure: 'Write the address that it redirects to as the url, if it is to be trusted.',
    example:
      'workloads.chat.load (http://metrics.example.com): http://metrics.example.com redirects to https://metrics.example.com, which was not asked and is sent nothing. Hint: write the address it redirects to as the url, if it is to be trusted',
  },
  'prometheus/too-large': {
    title: 'The answer is too large.',
    when: 'It is larger than any load needs to be: the query gives very many series.',
    cure: 'Join the series in the query: `sum(...)`.',
    example:
      'workloads.chat.load (http://prometheus:9090): http://prometheus:9090 answers with more than 64 MiB. Hint: join the series first: sum(...)',
  },
  'prometheus/several-series': {
    title: 'The query gives several series.',
    when: 'A load is one series. The query gives several at once, or another one now than when it was kept.',
    cure: 'Join them, `sum(...)` or `max(...)`, or choose one with a matcher. The message tells by which labels they differ.',
    example:
      'workloads.chat.load (http://prometheus:9090): the query gives 3 series, and a load is one; they differ in instance ("a", "b", "c"). Hint: join them, sum(...) or max(...); or choose one with a matcher such as {instance="a"}',
  },
  'prometheus/histogram': {
    title: 'The query gives native histograms.',
    when: 'A load is a number at each moment; a native histogram is many.',
    cure: 'Take a number of them: `histogram_count(...)`, `histogram_sum(...)` or `histogram_quantile(...)`.',
    example:
      'workloads.chat.load (http://prometheus:9090): the query gives native histograms, and a load is a number. Hint: take a number of them: histogram_count(...), histogram_sum(...), histogram_quantile(...)',
  },
  'prometheus/infinite': {
    title: 'The query gives an infinite value.',
    when: 'At some moment the value is `+Inf` or `-Inf`, mostly because something is divided by zero.',
    cure: 'Leave such moments out: `a / (b > 0)`.',
    example:
      'workloads.chat.load (http://prometheus:9090): the query gives +Inf at 2026-11-12T03:00:00Z. Hint: is something divided by zero? leave such moments out: ... and on() (divisor > 0)',
  },
  'prometheus/malformed': {
    title: 'The answer is not of the form that Prometheus gives.',
    when: 'It is JSON, and holds a sample that was not asked for, a value that is no number, or a series without values; or it is compressed otherwise than it says.',
    cure: 'Does the address lead to Prometheus, or to something that only resembles its API?',
    example:
      'workloads.chat.load (http://prometheus:9090): the server gives a series without values. Hint: does the address lead to Prometheus, or what speaks its API?',
  },
  'cloudwatch/no-credentials': {
    title: 'There are no credentials of AWS.',
    when: 'CloudWatch was not asked: neither environment, profile nor role gives credentials here.',
    cure: 'Set `AWS_PROFILE`, sign in, or run where a role gives them.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): CloudWatch in us-east-1 was not asked: no credentials of AWS were found. Hint: set AWS_PROFILE, or run where a role gives them',
  },
  'cloudwatch/expired': {
    title: 'The credentials of AWS have expired.',
    when: 'AWS says that the token or the session is no longer valid.',
    cure: 'Sign in again, for example `aws sso login`.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): CloudWatch in us-east-1 does not accept the credentials: they have expired (ExpiredTokenException). Hint: sign in again, for example `aws sso login`',
  },
  'cloudwatch/credentials': {
    title: 'AWS does not accept the credentials.',
    when: 'The key is not known, the signature is wrong, or the account has not enabled the region.',
    cure: 'Are they of the right account, and is the clock of this machine right? A clock that is minutes off makes every signature wrong.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): CloudWatch in us-east-1 does not accept the credentials (InvalidClientTokenId). Hint: are they of the right account, and is the clock of this machine right?',
  },
  'cloudwatch/access-denied': {
    title: 'The role may not read metrics.',
    when: 'The credentials are right, and no policy of theirs allows the call.',
    cure: 'Allow `cloudwatch:GetMetricData` on all resources (`*`: the action knows no narrower ones).',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): CloudWatch gives no data (Forbidden). Hint: the role needs cloudwatch:GetMetricData',
  },
  'cloudwatch/throttled': {
    title: 'CloudWatch is asked too often by this account.',
    when: 'The limit of calls per second of the account is used up, also when asked again.',
    cure: 'Try again later, or plan with `--offline` from what was read before.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): CloudWatch in us-east-1 is asked too often by this account in 10 attempts (ThrottlingException). Hint: try again later, or plan with --offline',
  },
  'cloudwatch/unreachable': {
    title: 'CloudWatch cannot be reached.',
    when: 'The address of the region is not known or does not answer.',
    cure: 'Is the region right, and can AWS be reached from here? In a network without a way out it needs a VPC endpoint.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): CloudWatch in us-east-1 cannot be reached (ENOTFOUND). Hint: is the region right, and can AWS be reached from here?',
  },
  'cloudwatch/failing': {
    title: 'CloudWatch fails.',
    when: 'It answers with an error of its own, or with less than all of the data.',
    cure: 'Try again later, or plan with `--offline` from what was read before.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): CloudWatch gives no data (InternalError). Hint: try again later, or plan with --offline',
  },
  'cloudwatch/malformed': {
    title: 'CloudWatch gives a value at a moment that was not asked for.',
    when: 'A value does not lie on the grid of the period that was asked for.',
    cure: 'Try again; where it comes again, the service behind the address is not CloudWatch.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): CloudWatch gives 12 at 2026-11-12T03:00:30Z, which is no value of the period asked for',
  },
  'cloudwatch/period': {
    title: 'No period of CloudWatch divides the period of the plan.',
    when: 'CloudWatch has values of 1, 5, 10 and 30 seconds, of a minute, of five, and of an hour, and none of these fits the interval that is wanted a whole number of times.',
    cure: 'Use a period of whole minutes.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): no period of CloudWatch divides 90ms. Hint: use a period of whole minutes',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
