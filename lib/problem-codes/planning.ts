import type { ProblemPage } from './page';

/** Codes of forecasting, of the plan and its file, and of the library's own calls. */
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
  'plan/horizon': {
    title: 'The horizon is longer than the history can bear.',
    when: 'It is longer than half of the history of a signal, and longer than a week: nothing so far ahead can be tested on the rest.',
    cure: 'Shorten `horizon`, or give more history. Plans are made anew every day or week; the horizon need not reach further than the next one or two.',
    example:
      'horizon: is longer than half of the 84d of history that chat.load has (csv chat.csv): nothing so far ahead can be tested (expected at most 42d, got 400d). Hint: shorten the horizon, or give more history',
  },
  'plan/missing': {
    title: 'There is no plan.',
    when: 'A command that only uses a plan finds no file: beside the config, or where `--plan` says.',
    cure: 'Run `foresize plan` and commit the file.',
    example: 'capacity-plan.json: does not exist. Hint: run `foresize plan` first',
  },
  'plan/outside': {
    title: 'The plan does not speak of the moment that is asked for.',
    when: '`explain --at` names a time before the plan begins or after its horizon.',
    cure: 'Ask for a moment within the horizon, or plan again.',
    example:
      '--at: is a moment that the plan does not speak of (expected from 2026-11-23T00:00:00Z up to 2026-11-30T00:00:00Z, got 2026-12-01T00:00:00Z). Hint: ask for one within, or plan again',
  },
  'plan/unreadable': {
    title: 'The file of the plan cannot be read.',
    when: 'The file is there, and the system refuses to open it; or it is a folder.',
    cure: 'Check its permissions, or name another file with `--plan`.',
    example: 'capacity-plan.json: cannot be read: EISDIR: illegal operation on a directory, read. Hint: name another file with --plan',
  },
  'plan/expired': {
    title: 'The plan may no longer be deployed.',
    when: '`foresize check` finds that `validUntil` of the plan has passed by the clock, or by `--as-of`.',
    cure: 'Plan again with a history that is up to date, and review the new plan.',
    example:
      'capacity-plan.json: expired 3 days ago, at 2026-11-30T00:00:00Z: Terraform refuses to deploy it. Hint: run `foresize plan` with a history that is up to date, and review the new plan',
  },
  'plan/other-catalog': {
    title: 'The plan was made with another catalogue.',
    when: '`foresize check` finds that the instance types and prices of this foresize are not those that the plan was made with: another version made it.',
    cure: 'Plan again and review the new plan, or check with the version that made it.',
    example:
      'capacity-plan.json: was made with another catalogue of instance types and prices than this foresize has. Hint: run `foresize plan` and review the new plan, or check with the version of foresize that made it',
  },
  'plan/no-base': {
    title: 'There is nothing to compare the plan with.',
    when: 'The folder is in no git repository, git is not installed, the revision is not known, or the plan at it is of an older form.',
    cure: 'Name another revision (`foresize diff origin/main`), or the file of a plan. In a shallow clone fetch the revision first.',
    example:
      'capacity-plan.json: cannot be compared with nightly, which is neither a file nor a revision that git knows. Hint: name another, such as HEAD~1, main, or the file of a plan; a shallow clone holds only the newest: fetch the one that is wanted',
  },
  'plan/not-json': {
    title: 'The file of the plan is not JSON.',
    when: 'Mostly a merge conflict was committed, or the file was cut off.',
    cure: 'Run `foresize plan --fresh`, which writes the file anew, and review the result. Never resolve a conflict in a plan by hand: plan again.',
    example: 'capacity-plan.json: is not JSON. Hint: a merge conflict or a cut file; run `foresize plan --fresh` to write it anew',
  },
  'plan/schema': {
    title: 'The plan has a schema version that is not read here.',
    when: '`schema` is missing or is another number than the one this foresize reads. Nothing else of the file is believed. `foresize plan` makes a plan of an older version anew (`plan/older-form`); every other command refuses it, and all refuse a newer one, which another foresize may still use.',
    cure: 'Of an older version: run `foresize plan` and review the new plan. Of a newer one: use the version of foresize that wrote it, or plan anew with the one that is here: `foresize plan --fresh`.',
    example:
      'capacity-plan.json: has a schema version that this foresize does not read (expected 2, got 1). Hint: an earlier foresize wrote it: run `foresize plan`, which makes it anew, and review the new plan',
  },
  'plan/older-form': {
    title: 'The plan that is there has an older form, and is made anew.',
    when: 'An earlier foresize wrote it, and the form of the file has changed since. A warning of `foresize plan` and `foresize synth --refresh`: an upgrade of foresize opens this one change. Floors, ceilings, the strategy in force and the cost count as those of the plan before, so that guardrails hold and a workload whose forecast is withheld keeps its size and autoscaler. Replays of loads are made anew, since they may have been made on other terms.',
    cure: 'Review the new plan once, and commit it. Until then `foresize synth --frozen` of the new version refuses the old file.',
    example:
      'capacity-plan.json: is of form 1 by foresize 0.1.0, and is made anew in form 2; its sizes, strategies and cost are taken for those of the plan before, its replays are made anew; sizes that differ: workloads.chat.ceiling 12 (now 14)',
  },
  'plan/edited': {
    title: 'The plan was edited by hand.',
    when: 'The digest in the file is not that of its content: somebody changed a number, or a merge joined two plans. What is deployed must be what was planned and reviewed.',
    cure: 'Restore the file from version control. To change a size, change the config (`floor`, `ceiling`, an event) and run `foresize plan`.',
    example:
      'capacity-plan.json: was edited by hand: its digest does not match its content. Hint: change the config and run `foresize plan`, or restore the file from version control',
  },
  'plan/other-version': {
    title: 'The plan was made by another version of foresize, and not all of it can be read.',
    when: 'The plan names the version that made it, that is not the one that reads it, and fields are unknown, missing or of another type. A plan of another version that can be read is no problem.',
    cure: 'Use the version that made it on this machine too, or plan anew with the one that is here: `foresize plan --fresh`.',
    example:
      'capacity-plan.json: was made by foresize 0.9.0, and foresize 0.1.0 does not read all of it. Hint: use foresize 0.9.0, or run `foresize plan --fresh` to write it anew',
  },
  'plan/missing-field': {
    title: 'A field of the plan is missing.',
    when: 'The plan is of the right schema version, and a field that every plan has is not there.',
    cure: 'Restore the file from version control, or plan anew: `foresize plan --fresh`. `docs/plan.schema.json` describes every field.',
    example:
      'capacity-plan.json: workloads.chat.floor: is missing (expected a number). Hint: restore the file from version control, or run `foresize plan --fresh` to write it anew',
  },
  'plan/unknown-field': {
    title: 'The plan has a field that this foresize does not know.',
    when: 'Mostly the plan was made by a later version. The field is refused, not skipped: it may say something that what is deployed depends on.',
    cure: 'Use the version of foresize that made the plan, or plan anew: `foresize plan --fresh`.',
    example:
      'capacity-plan.json: workloads.chat.pauses: is no field of a plan that this foresize knows. Hint: restore the file from version control, or run `foresize plan --fresh` to write it anew',
  },
  'plan/wrong-field': {
    title: 'A field of the plan holds something that it cannot.',
    when: 'A field is of another type, or is none of the values that are possible. Where more than 20 fields are wrong, the last problem tells how many more there are.',
    cure: 'Restore the file from version control, or plan anew: `foresize plan --fresh`. `docs/plan.schema.json` describes every field.',
    example:
      'capacity-plan.json: workloads.chat.ceiling: is not what a plan holds here (expected a number, got "12"). Hint: restore the file from version control, or run `foresize plan --fresh` to write it anew',
  },
  'plan/out-of-range': {
    title: 'A field of the plan holds what no plan can hold.',
    when: 'A count is no whole number, money is below zero, a share is above 1, a time is none, a name holds other characters than names do. The plan was made by something else than foresize, which its digest does not show where that was made anew.',
    cure: 'Restore the file from version control, or run `foresize plan`, which says what it drops of the file.',
    example:
      'capacity-plan.json: workloads.chat.floor: is not what a plan can hold here (expected a whole number, at least 0, got 2.5). Hint: restore the file from version control, or run `foresize plan` to make it anew',
  },
  'plan/contradiction': {
    title: 'Fields of the plan contradict each other.',
    when: 'A floor is above its peak or ceiling, a schedule leaves the horizon or does not reach the peak that stands beside it, nodes have less than their replicas ask for, or parts do not add up to the whole.',
    cure: 'Restore the file from version control, or run `foresize plan`, which says what it drops of the file.',
    example:
      'capacity-plan.json: workloads.chat.floor: is 9, above the peak of 6. Hint: restore the file from version control, or run `foresize plan` to make it anew',
  },
  'plan/not-of-config': {
    title: 'The plan says other than its config.',
    when: 'The plan names the digest of the config, and its name, region, times, workloads, pools, instance types or limits are not those of the config.',
    cure: 'Run `foresize plan` to make the plan anew.',
    example:
      'capacity-plan.json: pools.l40s.groups[0].instanceType: is not what the config says (expected g6e.xlarge or g6e.12xlarge, got "p5.48xlarge"). Hint: run `foresize plan` to make the plan anew',
  },
  'plan/dropped': {
    title: 'The plan that is there is not taken for the plan before.',
    when: 'It was edited by hand, holds what no plan can hold, or is no JSON, after a merge for example. A warning of `foresize plan` and `foresize synth --refresh`: the plan is made anew as if there were none, so that guardrails and stickiness have nothing to go by.',
    cure: 'Look at the sizes that are named: an urgent change belongs in the config, as a `floor` or `ceiling` of the workload.',
    example:
      'capacity-plan.json: was edited by hand: its digest does not match its content; it is not taken for the plan before and is made anew; dropped with it: workloads.chat.floor 60 (now 6)',
  },
  'plan/other-config': {
    title: 'The plan was made from another config.',
    when: 'A field of the config that can change a size has changed since the plan was made: the sizes in it no longer belong to the config. Image tags, commands and the like do not count.',
    cure: 'Run `foresize plan`, review the new plan and commit it beside the config.',
    example:
      'capacity-plan.json: was made from another config: a field that can change a size has changed since (expected sha256:1f0c92ab77e4, got sha256:96f6f994ab52). Hint: run `foresize plan` and review the new plan',
  },
  'plan/unknown-name': {
    title: 'The plan has no workload or pool of that name.',
    when: '`foresize explain NAME` names something that is not in the plan.',
    cure: 'Use one of the names in the hint. A workload that was just added to the config is in the plan once it was made anew.',
    example: 'chats: is neither a workload nor a pool of the plan. Hint: names are: chat, images, l40s, general',
  },
  'plan/no-time': {
    title: 'Nothing says for when to plan.',
    when: 'No workload has a history from whose end the plan could begin, as with training jobs alone, and `--as-of` is not given.',
    cure: 'Give `--as-of TIME`, or `forecast.from` in the config.',
    example: 'config: has no history to take the time from. Hint: give --as-of TIME, or forecast.from in the config',
  },
  'plan/no-gpu': {
    title: 'An instance type without a GPU is in a pool with GPUs.',
    when: 'A `gpuPool`, or a reservation in it, names a type that carries none.',
    cure: 'Choose a type with GPUs, or make it a `pool`.',
    example: "pools.l40s.instances: 'm7i.xlarge' has no GPU, in a pool with GPUs. Hint: choose a type with GPUs, or make it a pool",
  },
  'plan/too-many-actions': {
    title: 'The schedule of a node group needs more actions than AWS takes.',
    when: "A pool with `owner: 'schedule'` moves its floor by scheduled actions, of which an Auto Scaling group takes 125.",
    cure: "Shorten the horizon, lengthen the period, or use `owner: 'autoscaler'`.",
    example:
      "pools.l40s.owner: 'schedule' needs 168 scheduled actions for one group, and a group holds 125. Hint: shorten the horizon, lengthen the period, or use owner: 'autoscaler'",
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
  'replay/cost': {
    title: 'A tuned autoscaler came to more than is planned.',
    weight: 'warning',
    when: 'In the replay of its last weeks, the nodes of a workload cost more than a tenth above what the plan counts: the autoscaler aims at a low utilisation and asks for more than the schedule. Limits and budget do not count that.',
    cure: "Expect the higher figure, or let the plan leave the replay's settings alone: `replay: 'advise'`.",
    example:
      'workloads.chat.replay: came to about 5400 USD a month in the replay, and 4100 are planned: its autoscaler aims at 55 % and asks for more than the schedule, which limits and budget do not count',
  },
  'strategy/impossible': {
    title: 'The strategy that the config names is not possible.',
    when: '`scaling` names a strategy that needs something that is not stated or not there, or that the workload cannot have.',
    cure: "Do what the message names, or use one that the hint lists; `'auto'` takes the cheapest that is possible.",
    example:
      'workloads.storefront.scaling: cannot be vertical by itself: it needs a machine for each size (got vertical). Hint: possible are auto, horizontal, reactive',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
