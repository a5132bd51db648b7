import type { ProblemPage } from './page';

/** Codes of forecasting, guardrails, replays and strategies, and of the library's own calls. */
export const planningCodes = {
  'event/no-uplift': {
    title: 'Nothing says what a coming event does to the load.',
    when: 'An event lies in the horizon, states no `uplift`, and its past times, if any are listed, are not covered by the history.',
    cure: 'State `uplift`, the number of times the usual load; or list past dates of the same name that the history covers, which teach it.',
    example:
      'events.black-friday: takes place at 2026-11-27T05:00:00Z and has neither an uplift nor a past that could teach one to chat.load. Hint: state uplift: the number of times the usual load; or list past dates of the same name that the history covers',
  },
  'forecast/steps': {
    title: 'The horizon of a forecast is no number of steps.',
    when: 'A forecast is asked for in code with a number of steps that is not whole or below 1.',
    cure: 'Ask for a whole number of steps, from 1 up.',
    example: 'forecast.steps: the horizon is no number of steps (expected a whole number from 1 up, got 0)',
  },
  'forecast/quantiles': {
    title: 'The quantiles of a forecast cannot be used.',
    when: 'They do not ascend, or one is not between 0 and 1.',
    cure: 'Give ascending numbers between 0 and 1: `--quantiles 0.5,0.9,0.95`.',
    example: 'forecast.quantiles: the quantiles are not usable (expected ascending numbers between 0 and 1, got 0.9, 0.5)',
  },
  'forecast/interval': {
    title: 'The interval of a forecast is no length of time.',
    when: 'A forecast is asked for in code with an interval that is not above 0.',
    cure: 'Give milliseconds above 0.',
    example: 'forecast.interval: the interval is no length of time (expected milliseconds above 0, got 0)',
  },
  'forecast/not-finite': {
    title: 'A history holds an infinite value.',
    when: 'A forecast is asked for in code with an infinite value in its history. Histories that are read from files and servers never hold one.',
    cure: 'Give finite values, and `NaN` where one is missing.',
    example: 'history value 12: the history holds an infinite value (expected finite values, NaN where one is missing, got Infinity)',
  },
  'forecast/too-short': {
    title: 'A history is too short to forecast from.',
    when: 'It holds fewer than two observed values.',
    cure: 'Record more load, or state the load in the config.',
    example:
      'history: the history is too short to forecast from (expected at least 2 observed values, got 1). Hint: record more load, or state the load in the config',
  },
  'forecast/young': {
    title: 'A history is too young to show a shape of its own.',
    weight: 'warning',
    when: 'A workload with a sibling (`like`) has less than two weeks of history: its shape is borrowed, with wider quantiles, or cannot be borrowed.',
    cure: 'Plan again as history grows. Where nothing is borrowed, the sentence says why; name another sibling.',
    example: "workloads.chat.load: no shape is borrowed from 'search': its own history is no longer than 2d",
  },
  'forecast/untested': {
    title: 'A forecast could not be tested.',
    weight: 'warning',
    when: 'The history is too short for a backtest.',
    cure: 'Plan again as history grows; or name a workload of the same shape by `like`.',
    example:
      'workloads.chat.load: the history is too short for a backtest: nothing says how far the forecast errs, and its quantiles are how far the history moved',
  },
  'forecast/event': {
    title: 'What the config says of an event or holiday is not used, or would be needed.',
    weight: 'warning',
    when: 'A holiday of the horizon has no past in the history and lifts nothing; or an event states an uplift, and what its past did is used instead.',
    cure: 'Name the holiday as an event with its uplift; remove the uplift that is not used.',
    example: "workloads.chat.load: Event 'sale' is lifted by what its past did; the stated uplift of 3 is not used.",
  },
  'forecast/past-event': {
    title: 'An event with an uplift was over before the plan begins.',
    weight: 'warning',
    when: 'The event lies in the past, and no other time of the same name is to come that it could teach: it lifts nothing.',
    cure: 'Remove it, or list the coming date.',
    example: 'events.summer-sale: was over at 2026-08-02T00:00:00Z: it lifts nothing',
  },
  'guardrail/implausible': {
    title: 'A plan is many times what is known.',
    when: 'The protected load of a workload is more than 20 times what its readings reach (their 0.95 quantile above zero, times the announced uplift); or its peak is more than 20 times that of the plan before, or the servers that are there; or all costs more than 20 times the plan before. The plan is refused, whatever the cause: a wrong unit, a counter read wrongly, a faulty reading, a slip in the config.',
    cure: 'Look at the history (`foresize history`) and at the unit of the load. Where the figure is right, accept it by the line that the hint shows, with the reason; the plan then carries both.',
    example:
      "workloads.chat.load: the highest protected load is 17710 req/s, and its readings above zero reach 16 req/s (0.95 quantile): 1107 times as much, where at most 20 is plausible. Hint: look at the history (foresize history); where it is right, accept it with guardrails: { plausible: { chat: '1110x', because: '...' } }",
  },
  'guardrail/too-many-nodes': {
    title: 'A workload needs more nodes than its pool can have.',
    when: 'However they are filled, its replicas need more nodes than the node groups of its pool can hold: 450 each on AWS, unless `limits.nodesPerGroup` states a raised quota; as many as there are of machines of your own and of reservations. It is told before anything is sized. Mostly the load is in another unit than stated: hourly counts read as a rate a second are 3,600 times too large.',
    cure: 'Compare the two readings that the hint shows. Where the load is right, add instance types, or have the quota "Nodes per managed node group" raised and state it.',
    example:
      "workloads.chat: needs 53,322 replicas at its peak, on at least 53,322 nodes, and pool 'l40s' can have 450 (AWS lets a node group have 450). Hint: as req/s its readings ask for 53,322 replicas, as req that came in each 1h for 15: where they are such counts, state series: 'count'; where it is right, add instance types, or state a raised quota with limits: { nodesPerGroup: N }",
  },
  'guardrail/whole-rates': {
    title: 'A rate a second has whole numbers alone.',
    weight: 'warning',
    when: 'Every reading of a load that is stated as a rate a second is a whole number, as counts are and means seldom, and the plan needs 20 replicas or more for it.',
    cure: "Where each reading counts what came in its interval, state `series: 'count'`; where they are rates that were rounded, there is nothing to do.",
    example:
      "workloads.chat.load: every reading is a whole number, as counts are: as req/s its readings ask for 300 replicas, as req that came in each 1h for 1: where they are such counts, state series: 'count'",
  },
  'guardrail/accepted': {
    title: 'A figure that would be refused as implausible was accepted by the config.',
    weight: 'warning',
    when: '`guardrails.plausible` accepts it, with a reason.',
    cure: 'Check that the reason still holds; remove the line once it does not.',
    example:
      'workloads.chat.load: the highest protected load is 412 req/s, and its readings above zero reach 9.1 req/s (0.95 quantile): 45.27 times as much, accepted up to 60 times because the product goes public on Tuesday',
  },
  'guardrail/step-up': {
    title: 'A floor rises by more than the guardrail allows.',
    weight: 'refusal or warning',
    when: "The highest floor of a workload rises by more than `guardrails.stepUp` against the previous plan. The plan is refused, also under `onStep: 'limit'`; under `onStep: 'warn'` it is made, and the exit code is 2.",
    cure: 'Find out why it rises (`foresize explain NAME`): an event, a level shift, a slip in the data? Once it is understood take it once with `foresize plan --fresh`, or raise `stepUp`.',
    example: 'workloads.chat: highest floor goes from 6 to 14 (+133 %), more than guardrails.stepUp 100 %',
  },
  'guardrail/step-down': {
    title: 'A floor falls by more than the guardrail allows.',
    weight: 'refusal or warning',
    when: "The highest floor of a workload falls by more than `guardrails.stepDown` against the previous plan. The plan is refused; under `onStep: 'warn'` it is made, and the exit code is 2; under `onStep: 'limit'` the floor is held, and comes down over several plans.",
    cure: 'Find out why it falls (`foresize explain NAME`): data that are missing look like load that is gone. Where the fall is right take it once with `foresize plan --fresh`, or raise `stepDown`.',
    example: 'workloads.chat: highest floor goes from 14 to 6 (-57 %), more than guardrails.stepDown 20 %',
  },
  'project/option': {
    title: 'An option of a call cannot be taken.',
    when: 'A function of the library is called with a time, a duration or events that cannot be read.',
    cure: 'Give what the message expects.',
    example: "interval: cannot be taken (expected a duration, such as '24h', got soon)",
  },
  'project/no-time': {
    title: 'A live source is to be asked, and nothing says what time it is.',
    when: 'A function of the library reads a live source, and neither `asOf` nor `now` is given. The library itself never looks at the clock.',
    cure: 'Give `now: Date.now()`, a moment as `asOf`, or `offline: true`.',
    example:
      'now: is missing, and a live source is to be asked for what there is until now. Hint: give now: Date.now(), a moment as asOf, or offline: true',
  },
  'replay/coarse': {
    title: 'A live floor was learned from a coarse record.',
    weight: 'warning',
    when: "A workload has `owner: 'live'` or `owner: 'operate'`, and its record is coarser than 15 minutes. What happens within the hour is then seeded variation in the replay that its coefficients and margins are learned from. On finer records of the same days up to 15 % of the minutes have been in violation where less than 0.1 % were said.",
    cure: "Let Prometheus keep the last weeks every 15 minutes or finer, `step: '5m'` of the load where the config states a longer one. Until then `owner: 'keda'`.",
    example:
      'workloads.chat.replay: learned the live floor from a record coarser than 15 minutes, which shows nothing of what happens within the hour: far more minutes may be in violation than it says',
  },
  'replay/cost': {
    title: 'A tuned autoscaler came to more than is planned.',
    weight: 'warning',
    when: 'In the replay of its last weeks, the nodes of a workload cost more than a tenth above what the plan counts: the autoscaler aims at a low utilisation and asks for more than the schedule. Limits and budget do not count that.',
    cure: "Expect the higher figure, or let the plan leave the replay's settings alone: `replay: 'advise'`.",
    example:
      'workloads.chat.replay: came to about 5400 USD a month in the replay, and 4100 are planned: its autoscaler aims at 55 % and asks for more than the schedule, which limits and budget do not count',
  },
  'replay/live': {
    title: 'The replay speaks against a live floor.',
    weight: 'warning',
    when: "A workload has `owner: 'live'`, and in the replay of its last weeks that was no better than a tuned autoscaler: it needed no fewer GPU-hours, or more minutes were in violation, where its settings were tuned or in the weeks after. The owner is not changed by that.",
    cure: "`owner: 'keda'` goes by the policy that the replay speaks for. Or keep the live floor for what the replay does not see, such as crowds that the last weeks did not have.",
    example:
      'workloads.chat.replay: speaks against the live floor that the owner gives it: that came to 4.1 % more GPU-hours than the tuned HPA and 0.210 % of the minutes in violation against 0.100 %, about 1480 USD a month against 1420',
  },
  'strategy/impossible': {
    title: 'The strategy that the config names is not possible.',
    when: '`scaling` names a strategy that needs something that is not stated or not there, or that the workload cannot have.',
    cure: "Do what the message names, or use one that the hint lists; `'auto'` takes the cheapest that is possible.",
    example:
      'workloads.storefront.scaling: cannot be vertical by itself: it needs a machine for each size (got vertical). Hint: possible are auto, horizontal, reactive',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
