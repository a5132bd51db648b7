import { formatAmount, plural, round6 } from '../figures';
import { savesMuch } from '../plan/explain';
import { adviceBeside, costOf, type MovingFloor, type SetPolicy, violationPercent } from '../plan/replay';
import type { ScaleDown } from '../plan/file';
import { type Simulation, unservedPercent, windowTimes } from '../simulate';
import { formatDuration, MINUTE_MS, SECOND_MS } from '../units';
import { assumedOf, refinementText, risesOf, risesText } from './simulation-basis';
import { textTable } from './table';

/**
 * The document that `foresize simulate --json` prints for one load.
 *
 * @param path what the document calls the load
 * @param usdPerGpuHour `null` where no price is known: costs are then `null` too
 */
export function simulationDocument(simulation: Simulation, path: string, seed: number, usdPerGpuHour: number | null) {
  const { policies, bound, matched, verdict, physics } = simulation;
  return {
    load: path,
    seed,
    windows: windowTimes(simulation),
    capacityPerReplica: round6(physics.capacityPerReplica),
    refinement: refinementText(simulation),
    observedShare: round6(simulation.observedShare),
    policies: policies.map((policy) => ({
      name: policy.name,
      settings: shownSettings(policy),
      gpuHours: round6(policy.scored.gpuHours),
      usd: usdPerGpuHour === null ? null : round6(policy.scored.gpuHours * usdPerGpuHour),
      violationMinutesPercent: round6(violationPercent(policy.scored)),
      unservedPercent: round6(unservedPercent(policy.scored)),
    })),
    lowerBoundGpuHours: round6(bound.gpuHours),
    lowerBoundFractionalGpuHours: round6(bound.fractionalGpuHours),
    causalLimit: causalLimitOf(simulation),
    frontier: frontierOf(simulation, usdPerGpuHour),
    matched: matched.map(({ name, gpuHours }) => ({ name, gpuHoursAtHpaTunedViolations: gpuHours === null ? null : round6(gpuHours) })),
    chosen: verdict.chosen,
    why: verdict.why,
    judged: simulation.judged,
    usdPerViolatedMinute: simulation.price?.usdPerViolatedMinute ?? null,
    rises: risesOf(simulation),
    shorterLead: shorterLeadOf(simulation, usdPerGpuHour),
    advice: adviceOf(simulation, usdPerGpuHour),
    assumed: assumedOf(simulation),
  };
}

/** The text that `foresize simulate` prints for one load: windows and assumptions, a table of the policies, and which policy is chosen. */
export function simulationText(simulation: Simulation, path: string, usdPerGpuHour: number | null): string {
  const { policies, bound, matched, verdict, observedShare } = simulation;
  const { train, tune, score } = windowTimes(simulation);
  const dollars = (gpuHours: number) => (usdPerGpuHour === null ? [] : [formatAmount(gpuHours * usdPerGpuHour)]);
  const ratio = (gpuHours: number) => (bound.gpuHours > 0 ? (gpuHours / bound.gpuHours).toFixed(2) : 'n/a');
  const rows = policies.map((policy) => [
    policy.name === verdict.chosen ? `${policy.name} *` : policy.name,
    formatAmount(policy.scored.gpuHours),
    ...dollars(policy.scored.gpuHours),
    ratio(policy.scored.gpuHours),
    `${violationPercent(policy.scored).toFixed(3)} %`,
    `${unservedPercent(policy.scored).toFixed(3)} %`,
    Object.entries(shownSettings(policy))
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  ]);
  const markRow = (name: string, gpuHours: number, violations = '') => [
    name,
    formatAmount(gpuHours),
    ...dollars(gpuHours),
    ratio(gpuHours),
    violations,
    '',
    '',
  ];
  const limit = causalLimitOf(simulation);
  const right = (title: string) => ({ title, align: 'right' as const });
  return [
    `${path}: trained on ${train.from} to ${train.to}, tuned on ${tune.from} to ${tune.to}, scored on ${score.from} to ${score.to}`,
    refinementText(simulation),
    ...(observedShare < 1
      ? [`${(100 * (1 - observedShare)).toFixed(2)} % of the load is missing: replayed as straight lines, not scored`]
      : []),
    ...assumedOf(simulation),
    '',
    textTable(
      [
        { title: 'policy' },
        right('GPU-hours'),
        ...(usdPerGpuHour === null ? [] : [right('USD')]),
        right('of the bound'),
        right('minutes in violation'),
        right('unserved'),
        { title: 'settings' },
      ],
      [
        ...rows,
        null,
        ...(limit === null ? [] : [markRow('causal limit', limit.gpuHours, `${limit.violationMinutesPercent.toFixed(3)} %`)]),
        markRow('perfect knowledge', bound.gpuHours),
        markRow('the same in fractions of nodes', bound.fractionalGpuHours),
      ],
    ),
    '',
    ...matched.map(({ name, gpuHours }) =>
      gpuHours === null
        ? `${name}: no margin comes to as few violations as hpa-tuned has here`
        : `${name} at as few violations as hpa-tuned: ${formatAmount(gpuHours)} GPU-hours`,
    ),
    ...frontierText(simulation, usdPerGpuHour),
    risesText(simulation),
    `chosen: ${verdict.chosen}; ${verdict.why}`,
    ...adviceText(adviceOf(simulation, usdPerGpuHour), simulation.price !== undefined),
    ...shorterLeadText(shorterLeadOf(simulation, usdPerGpuHour)),
  ].join('\n');
}

/** What could be had with the course of the load and the law of its noise known; `null` where none was found. */
function causalLimitOf({ causalLimit }: Simulation) {
  if (causalLimit === null) return null;
  return { gpuHours: round6(causalLimit.gpuHours), violationMinutesPercent: round6(violationPercent(causalLimit)) };
}

/** What each policy comes to as it stands (`limitPercent: null`), and with the settings that other limits on violations ask for. */
function frontierOf(simulation: Simulation, usdPerGpuHour: number | null) {
  return simulation.frontier().map(({ policy, limit, scored }) => ({
    name: policy.name,
    limitPercent: limit === null ? null : round6(100 * limit),
    settings: shownSettings(policy),
    gpuHours: round6(scored.gpuHours),
    usd: usdPerGpuHour === null ? null : round6(scored.gpuHours * usdPerGpuHour),
    violationMinutesPercent: round6(violationPercent(scored)),
  }));
}

function frontierText(simulation: Simulation, usdPerGpuHour: number | null): readonly string[] {
  const points = frontierOf(simulation, usdPerGpuHour);
  const named = simulation.policies.filter(({ name }) => points.filter((point) => point.name === name).length > 1);
  if (named.length === 0) return [];
  const pointText = ({ gpuHours, violationMinutesPercent, limitPercent }: (typeof points)[number]) =>
    `${formatAmount(gpuHours)} at ${violationMinutesPercent.toFixed(3)} %${limitPercent === null ? ' *' : ''}`;
  return [
    'GPU-hours at minutes in violation, with settings tuned within other limits (*: as it stands)',
    ...named.map(({ name }) => {
      const own = points.filter((point) => point.name === name).sort((a, b) => b.gpuHours - a.gpuHours);
      return `  ${name}: ${own.map(pointText).join(', ')}`;
    }),
  ];
}

/** What manifests of the owner do not carry and would cost less than the chosen policy; `savedUsd` is `null` where no price is known. */
function adviceOf({ policies, verdict, price, owner }: Simulation, usdPerGpuHour: number | null) {
  const advice = adviceBeside({ outcomes: policies, price }, verdict.chosen, owner);
  if (advice === null) return null;
  const scoredOf = (name: string) => policies.find((policy) => policy.name === name)?.scored;
  const [chosen, advised] = [scoredOf(verdict.chosen), scoredOf(advice.name)];
  const costs = price ?? (usdPerGpuHour === null ? null : { usdPerGpuHour, usdPerViolatedMinute: 0 });
  const savedUsd =
    costs === null || chosen === undefined || advised === undefined ? null : round6(costOf(chosen, costs) - costOf(advised, costs));
  const { gpuHours, savedPercent, beyondLimit } = advice;
  return { name: advice.name, owner: advice.owner, gpuHours: round6(gpuHours), savedPercent: round6(savedPercent), savedUsd, beyondLimit };
}

function adviceText(advice: ReturnType<typeof adviceOf>, hasPrice: boolean): readonly string[] {
  if (advice === null) return [];
  const { name, owner, savedPercent, savedUsd, beyondLimit } = advice;
  const carrier = owner === null ? 'no manifest carries it, so it is not chosen' : `it needs owner: '${owner}', so it is not chosen`;
  const usd = savedUsd === null ? '' : `, ${formatAmount(savedUsd)} USD`;
  const of = hasPrice ? 'less for nodes and minutes in violation together' : 'fewer GPU-hours';
  return [`advice: ${name} came to ${savedPercent.toFixed(1)} % ${of}${usd}; ${carrier}${beyondLimit === null ? '' : `; ${beyondLimit}`}`];
}

/** What the chosen policy would save were boot and model load shorter; `savedUsd` is `null` where no price is known. */
function shorterLeadOf({ verdict, policies, price, shorterLead }: Simulation, usdPerGpuHour: number | null) {
  const shorter = shorterLead();
  if (shorter === null) return null;
  const { ms, policy, savedShare } = shorter;
  const present = policies.find(({ name }) => name === verdict.chosen)?.scored;
  const costs = price ?? (usdPerGpuHour === null ? null : { usdPerGpuHour, usdPerViolatedMinute: 0 });
  return {
    minutes: ms / MINUTE_MS,
    policy,
    savedPercent: round6(100 * savedShare),
    savedUsd: costs === null || present === undefined ? null : round6(savedShare * costOf(present, costs)),
  };
}

function shorterLeadText(shorter: ReturnType<typeof shorterLeadOf>): readonly string[] {
  if (shorter === null || !savesMuch(shorter)) return [];
  const { minutes, policy, savedPercent, savedUsd } = shorter;
  const usd = savedUsd === null ? '' : `, ${formatAmount(savedUsd)} USD`;
  return [`advice: ${plural(minutes, 'minute')} less of boot and model load would save ${policy} ${savedPercent.toFixed(1)} %${usd}`];
}

type ShownSettings = Readonly<Record<string, number | string>>;

/** The settings of a policy as the document and the table show them. */
function shownSettings(policy: SetPolicy): ShownSettings {
  switch (policy.name) {
    case 'static':
    case 'seasonal-naive':
    case 'linear-threshold':
      return policy.settings;
    case 'hpa':
    case 'hpa-tuned': {
      const { target, floor, scaleDown } = policy.settings;
      return { target, floor, ...shownScaleDown(scaleDown) };
    }
    case 'plan': {
      const { protect, target, headroom, floor, scaleDown } = policy.settings;
      return { protect, target, headroom, floor, ...shownScaleDown(scaleDown) };
    }
    case 'plan+operate': {
      const { margins, target, floor } = policy.settings;
      return { ...shownMargins(margins), target, floor };
    }
    case 'live': {
      const { margins, target, floor, scaleDown, isStill } = policy.settings;
      return { ...(!isStill && shownMargins(margins)), target, floor, ...shownScaleDown(scaleDown) };
    }
  }
}

function shownMargins({ up, hold }: MovingFloor['margins']): ShownSettings {
  return { marginUp: up, marginHold: hold };
}

function shownScaleDown({ windowSeconds, type, value, periodSeconds }: ScaleDown): ShownSettings {
  return {
    scaleDownWindow: formatDuration(windowSeconds * SECOND_MS),
    scaleDown: `${value}${type === 'percent' ? ' %' : ' pods'} in ${periodSeconds}s`,
  };
}
