import type { ProblemPage } from './page';

/** Codes of what is found in a series once it is read, of what a plan makes of it, and of what is kept of live sources. */
export const historyJudgedCodes = {
  'history/missing': {
    title: 'Intervals have no value.',
    weight: 'warning or note',
    when: 'After repairs, intervals of the grid are without a value; above 5 % of them it is a warning. They stay missing, never zero, and a forecast fills them from what surrounds them.',
    cure: 'Fill them where the data come from, or by a rule under `history.repairs`.',
    example:
      'workloads.chat.load: 60 of 720 intervals have no value, in 4 gaps; they are known as missing, never taken for zero; a forecast fills them from what surrounds them',
  },
  'history/longest-gap': {
    title: 'The longest gap of a history.',
    weight: 'warning or note',
    when: 'Tells how long the longest time without a value is, and from when. A long one is a warning: the longer a gap, the less its filling is worth.',
    cure: "Fill it where the data come from, or by `repairs: ['same hour last week']`; exclude the span with a reason if it was an outage.",
    example:
      "workloads.chat.load: the longest gap is 30h, from 2026-11-07T12:00:00Z; the longer a gap, the less its filling is worth; repairs: ['same hour last week'] fills it by a rule you choose",
  },
  'history/partly-observed': {
    title: 'Intervals are observed for part of their time.',
    weight: 'warning or note',
    when: 'Intervals are observed for at least half of their time and not for all of it. Counts are scaled up to the whole interval, means are those of the observed part.',
    cure: 'Look at the recorder: does it drop samples under load?',
    example:
      'workloads.chat.load: 12 intervals are observed for at least half of the time, not for all of it; their mean is that of the observed part',
  },
  'history/filled': {
    title: 'A rule filled intervals that were not observed.',
    weight: 'warning or note',
    when: 'Rules of `history.repairs` put values where there were none. They are told apart from observations: they are not judged and no coverage counts them.',
    cure: 'Nothing, where few are filled. Where many are, fill the gaps where the data come from.',
    example:
      'workloads.chat.load: 8 of 720 intervals were not observed and filled by a rule, in 3 gaps; repairs tell which rule filled how many',
  },
  'history/all-zero': {
    title: 'Every value is zero.',
    weight: 'warning',
    when: 'All observed values of a series are 0, and so will the forecast be.',
    cure: 'Is it the right column or query, and did the workload run?',
    example: 'workloads.chat.load: every value is 0; the forecast is 0 throughout: is it the right column?',
  },
  'history/flat-line': {
    title: 'A value stays the same for a day or more.',
    weight: 'warning or note',
    when: 'The value does not move for at least a day in a series that otherwise moves: a recorder that hangs repeats its last value, and an outage may show as zeros. Where a series usually stays, it is a note.',
    cure: 'Exclude the span with a reason, if it was a fault. If not, the values count as they stand.',
    example:
      'workloads.chat.load: the value stays at 12 for 31h from 2026-11-03T04:00:00Z; a stuck sensor looks like this: exclude the span if it is one',
  },
  'history/impossible-values': {
    title: 'Values cannot be.',
    weight: 'warning',
    when: 'A utilisation lies above the whole (more than 100 %, or a ratio above 1), or an amount lies below zero.',
    cure: 'Check the unit and the query. Percent of one core, or of what a pod requests, is no utilisation: give usage and capacity instead.',
    example:
      'workloads.storefront.cpu: 3 of 720 values exceed 100 %, the worst 140 at 2026-11-09T12:00:00Z; utilisation is a share of what there is; of one core, or of a request, it is another figure: give usage and capacity instead',
  },
  'history/likely-ratio': {
    title: 'A percentage looks like a ratio.',
    weight: 'warning',
    when: "The unit is `'%'` and no value exceeds 1: if it is a ratio, the load is a hundred times as high as it is taken to be.",
    cure: "Say `unit: 'ratio'` if it is one.",
    example: "workloads.storefront.cpu: no value exceeds 1 %, the largest is 0.62; a ratio looks like this: say unit: 'ratio' if it is one",
  },
  'history/likely-counter': {
    title: 'A series looks like a counter.',
    weight: 'warning',
    when: 'It rises at most of its steps and falls hardly ever, and then to near zero, which no load does.',
    cure: "Say `series: 'counter'` if it is one.",
    example:
      "workloads.chat.load: the value rises at 700 of 719 steps and falls at 2; a counter looks like this: say series: 'counter' if it is one",
  },
  'history/level-shift': {
    title: 'The level of a load moved.',
    weight: 'warning or note',
    when: 'On one day the daily level stepped up or down by at least 15 %, and a test says that this is no chance. What lies before teaches another level. A shift that is some time ago is a note.',
    cure: 'Exclude what lies before if the change is for good, or exclude the span if it was a fault.',
    example:
      'workloads.chat.load: the daily level moved from 40 to 85 req/s (+112 %) on 2026-11-12, p = 0.0002; what lies before teaches another level: exclude it if the change is for good, or exclude the span if it was a fault',
  },
  'history/outliers': {
    title: 'Values lie far from what is usual at their time.',
    weight: 'warning',
    when: 'Single values differ from the usual of their hour and weekday by far more than nearly all others do, and come no second time. They are taken for faults: forecasts, level and seasons are made without them.',
    cure: "A fault: exclude the span with a reason. Something that comes again: name it as an event. Where such values are the nature of the load, say `outliers: 'learn'` in the workload.",
    example:
      "workloads.chat.load: 2 values lie far from what is usual at the time, the worst 900 req/s at 2026-11-18T09:00:00Z where 60 is usual; left out of the forecast; a fault: exclude the span; something that comes again: name it as an event; the nature of the load: outliers: 'learn'",
  },
  'history/cut-off': {
    title: 'A load ends at one level on many days.',
    weight: 'warning',
    when: 'For hours of many days the load stays at one level, and varies there far less than elsewhere: at 100 %, at what a whole number of replicas can serve, or at another end. A metric of what was served or finished stops at capacity while demand grows, so that a plan made from it repeats the shortage. The plan is made, and marked as a lower bound.',
    cure: 'Give a load that counts what arrives: requests at the gateway. Or name the requests that wait beside it, `queue: vllm.waiting(...)`: what arrived is then worked out from both. Where it really was all that was asked, nothing.',
    example:
      'workloads.chat.load: flat at 19.97 req/s, what 10 replicas can serve, for 13h a day on 28 of 28 days, within 0.2 %, while the rest varies by 2.7 %; was that all that was asked, or all that could be served? Where it was cut off, demand was higher and the plan is a lower bound: give a load that counts what arrives, or name the requests that wait (queue), or exclude the span',
  },
  'history/completed': {
    title: 'A load that was cut off is made whole by its queue.',
    weight: 'note',
    when: 'The load counts what was served and ends at what replicas can serve, and the config names the requests that wait beside it (`queue`). What arrived is what was served and by how much the queue grew; where the queue was not observed the load stays as it was.',
    cure: 'Nothing. Requests that gave up waiting are in neither series: where there are many, count at the gateway.',
    example:
      'workloads.chat.load: what was served is cut off at 20 req/s; by how much the queue grew is added to it, in 212 intervals as a rise; the load is what arrived, without requests that gave up waiting',
  },
  'history/recurring': {
    title: 'Values far from the usual come again.',
    weight: 'note',
    when: 'Values differ from the usual of their time by far, and such ones come again: at the same time of another week or month, at one time of four days, or in equal steps. They are load, and no faults.',
    cure: 'Nothing, where the forecast carries them on. Where it does not, name them as an event with their past dates.',
    example:
      'workloads.chat.load: 3 values far from what is usual at the time come again, the worst 160 req/s at 2026-11-20T03:00:00Z where 12 is usual; taken for load, not for a fault; what the forecast does not carry on, name as an event',
  },
  'history/calendar': {
    title: 'A load follows the calendar.',
    weight: 'note',
    when: 'On some days of the calendar (the first or last days or working days of the month, a weekday of the month, one day or week of two) the load was higher, or lower, than usual every time, at least three times, and by more than chance explains once in a million series. The forecast lifts the coming ones by what these teach.',
    cure: "Nothing. Where it is chance, say `calendar: 'ignore'` in the workload; where you know better, name the days as an event.",
    example:
      "workloads.chat.load: last working day of the month: about 2.6 times the usual load, seen 4 times, next on 2026-11-30; coming ones are lifted by what these teach; where that is chance, calendar: 'ignore'",
  },
  'history/partial-end': {
    title: 'The last interval was not over when it was read.',
    weight: 'warning',
    when: 'The last value of a series of counts is below the usual of its time by far more than others are: an export that runs within an hour counts part of that hour. It is left out of the forecast.',
    cure: "Export whole intervals alone. If the count is right, say `outliers: 'learn'` in the workload.",
    example:
      "workloads.chat.load: the last interval counts 0.8942 req/s at 2026-11-27T14:00:00Z where 4.294 is usual, as one does that was not over when it was read; left out of the forecast; export whole intervals alone; if it is right, outliers: 'learn'",
  },
  'history/seasonality': {
    title: 'How a load repeats.',
    weight: 'note',
    when: 'Tells how strongly a load repeats by the day and by the week, from 0 to 1. Without either, a forecast has little more than the level to go by.',
    cure: 'Nothing.',
    example: 'workloads.chat.load: repeats neither by the day nor by the week; a forecast has little more than the level to go by',
  },
  'history/low-coverage': {
    title: 'Too little of the time was observed.',
    when: 'After repairs and exclusions, a smaller share of the time was observed than `history.leastCoverage` asks for (half, unless stated).',
    cure: 'Fill the gaps where the data come from; where a missing row means zero, write the zero. Lower `leastCoverage` only where you know why the rest is missing.',
    example:
      'workloads.chat.load (csv history/chat.csv): was observed for 31 % of its time (expected at least 50 % (history.leastCoverage)). Hint: fill the gaps where the data come from; where a missing row means zero, write the zero',
  },
  'history/long-gap': {
    title: 'A history has too long a gap.',
    when: 'After repairs and exclusions, there is no value for longer than `history.longestGap` (two weeks, unless stated).',
    cure: 'Fill the gap where the data come from, exclude the span with a reason, or begin the history after it.',
    example:
      'workloads.chat.load (csv history/chat.csv): has no value for 20d, from 2026-10-01T00:00:00Z to 2026-10-21T00:00:00Z (expected at most 14d (history.longestGap)). Hint: fill it where the data come from, exclude the span with a reason, or begin the history after it',
  },
  'history/stale': {
    title: 'A history is out of date.',
    weight: 'refusal or warning',
    when: 'The last observation is older than `guardrails.maxDataAge` at the moment that is planned for. A plan refuses it; `foresize history` warns.',
    cure: 'Bring the history up to date: has the export stopped? `--as-of` plans as of its end.',
    example:
      'workloads.chat.load (csv history/chat.csv): ends at 2026-11-20T00:00:00Z, 4d before the plan begins (expected at most 36h (guardrails.maxDataAge)). Hint: bring the history up to date, or plan as of its end with --as-of',
  },
  'history/counter-falls': {
    title: 'A counter fell, and did not begin again.',
    weight: 'warning',
    when: 'A `counter` fell to far above 0, where no process begins: a sum of counters does so when one of them goes away. What it counted between the two readings is not known and taken for missing. Where one fall is of this kind, all falls of the series are, and so is a rise that undoes one.',
    cure: 'Take the rate of each counter first and then the sum: `sum(rate(requests_total[5m]))`; in files, give each counter apart, or write the sum of their increases as a `count`.',
    example:
      'workloads.chat.load (history/chat.csv): the counter fell 28 times without beginning again near 0, the first at 2026-10-31T20:00:00Z from 30680000 to 30440000, 99.2 % of it; what happened meanwhile is taken for missing. Hint: a sum of counters falls so when a member leaves: take the rate of each first, then the sum; of one counter, look at what writes it',
  },
  'history/counter-dips': {
    title: 'A counter fell and was back at once.',
    weight: 'warning',
    when: 'A `counter` fell, and within three readings stood where it had been or higher; or it fell to near 0 and jumped back without having counted. No process does that: the readings are out of order, come from two recorders in turn, or hold a 0 where nothing was read. The time until it was back is taken for missing.',
    cure: 'Look at what writes the readings: are their times right, and does one recorder write them?',
    example:
      'workloads.chat.load (history/chat.csv): the counter fell 1 time and was back soon after, the first at 2026-11-07T09:00:00Z from 120400 to 0; what happened meanwhile is taken for missing. Hint: readings out of order, of two recorders in turn, or a 0 where nothing was read look like this: look at what writes them',
  },
  'history/old': {
    title: 'A history is older by the clock than the config allows.',
    when: "The config states `guardrails.maxDataAge`, and the last observation of a file is older than that now, although the plan would be as of its end. With `--as-of` or `asOf: 'data'` the clock is not asked.",
    cure: "Bring the history up to date: has the export stopped? A sample from the past says `asOf: 'data'`.",
    example:
      "workloads.chat.load (csv history/chat.csv): ends at 2026-11-20T00:00:00Z, 8 days ago by the clock (expected at most 36h (guardrails.maxDataAge)). Hint: bring the history up to date; a sample from the past is planned with asOf: 'data' in the config",
  },
  'history/future': {
    title: 'A history holds observations of the future.',
    weight: 'refusal or warning',
    when: 'The last observation is later than the moment that is planned for: a zone or a clock is wrong, or `--as-of` is. A plan refuses it; `foresize history` warns.',
    cure: 'Check the zone of the times, or give a later `--as-of`.',
    example:
      'workloads.chat.load (csv history/chat.csv): holds observations up to 2026-11-25T00:00:00Z, after --as-of 2026-11-24T00:00:00Z. Hint: give a later --as-of, or a history that ends before it',
  },
  'history/withheld': {
    title: 'The forecast of a workload is withheld, and its floor kept.',
    weight: 'warning',
    when: "Its history cannot be used, and `history.unusable: 'keep-floor'` plans the other workloads all the same. It keeps the floor of the previous plan, or the one that the config states, for the whole horizon.",
    cure: 'Mend the history; the warning says what is wrong with it. Until then nothing of this workload follows its load.',
    example:
      'workloads.chat: its forecast is withheld and its present floor kept: workloads.chat.load (csv history/chat.csv): was observed for 31 % of its time (expected at least 50 % (history.leastCoverage)). Hint: fill the gaps where the data come from; where a missing row means zero, write the zero',
  },
  'history/no-present-floor': {
    title: 'A forecast is to be withheld, and no floor is known that could be kept.',
    when: "The history of a workload cannot be used, `history.unusable` is `'keep-floor'`, and there is neither a previous plan nor a `floor` in the config.",
    cure: 'State `floor` for the workload, or mend its history.',
    example:
      'workloads.chat.floor: is missing: its history cannot be used, and there is no previous plan whose floor could be kept. Hint: state a floor, or mend the history',
  },
  'history/not-cached': {
    title: 'A live source was never read, and no network may be used.',
    when: 'With `--offline` (and in `foresize synth`) live sources are answered from `.foresize/history/`, where nothing is kept of this one.',
    cure: 'Run `foresize history` or `foresize plan` without `--offline` where the source can be reached.',
    example:
      'workloads.chat.load (http://prometheus:9090): was never read before, so there is nothing to plan from without a network. Hint: run `foresize history` or `foresize plan` where the source can be reached, without --offline',
  },
  'history/no-data': {
    title: 'A live source recorded nothing in the range.',
    when: 'The query was answered, and there is no value in the whole range that was asked for.',
    cure: 'Try the query in the page of the source: are the labels right, and does it keep data for that long?',
    example: 'workloads.chat.load (http://prometheus:9090): nothing was recorded from 2026-10-27T00:00:00Z to 2026-11-24T00:00:00Z',
  },
  'history/partly-cached': {
    title: 'Part of the range was never read.',
    weight: 'warning',
    when: 'With `--offline`, what is kept of a live source does not cover the whole range. What is missing there is unknown.',
    cure: 'Run once without `--offline`.',
    example:
      'workloads.chat.load (http://prometheus:9090): was not read before 2026-11-01T00:00:00Z; what is missing there is unknown. Hint: run once without --offline',
  },
  'history/cache-damaged': {
    title: 'A file of kept answers is damaged.',
    weight: 'refusal or warning',
    when: 'A file in `.foresize/history/` is cut off, was changed since it was written, or belongs to another version or source. With a network it is read anew; with `--offline` the history is refused.',
    cure: 'Nothing; run once without `--offline` where it is refused.',
    example:
      'workloads.chat.load (http://prometheus:9090): .foresize/history/3f2a/0001.json cannot be read, or is cut off, and what it held is read anew',
  },
  'history/not-kept': {
    title: 'What a live source answered could not be kept.',
    weight: 'warning',
    when: 'The answer was used, and could not be written to `.foresize/history/`: the next run asks for all of it again, and `--offline` finds nothing.',
    cure: 'Check the space and the permissions of `.foresize`.',
    example:
      'workloads.chat.load (http://prometheus:9090): was read, and could not be kept for --offline: .foresize/history cannot be written: permission denied',
  },
  'history/server-warning': {
    title: 'The server sent a warning with its answer.',
    weight: 'warning',
    when: 'Prometheus, or what speaks its API, answered and warned, for example that a store was not reached: the answer may be partial.',
    cure: 'Read it, and look at the server where it speaks of partial data.',
    example: 'workloads.chat.load (http://prometheus:9090): the server warns: results may be partial',
  },
  'history/server-note': {
    title: 'The server sent a note with its answer.',
    weight: 'note',
    when: 'Prometheus, or what speaks its API, answered and added a remark about the query.',
    cure: 'Nothing.',
    example: 'workloads.chat.load (http://prometheus:9090): the server notes: metric might not be a counter',
  },
  'history/not-finer': {
    title: 'The last weeks of a live source could not be had more finely.',
    weight: 'note',
    when: 'A source whose points are far apart is asked a second time, for its last weeks every five minutes, so that its replay sees what happens within the hour. The server refused that, the cache does not hold it (`--offline`), or it says something else than the coarser points: maxima, for example, are lower over shorter times.',
    cure: 'Nothing: the plan is made without. Where the server refused, its own words follow.',
    example:
      'workloads.chat.load (cloudwatch AWS/SQS NumberOfMessagesSent): could not be read every 5m for the last weeks, and is replayed as it was read: CloudWatch in us-east-1 asks for patience',
  },
  'history/cut': {
    title: 'A live source does not keep values for as long as is asked for.',
    weight: 'warning',
    when: 'CloudWatch keeps values of a short period for a shorter time than `history.range` reaches back.',
    cure: 'A longer period of the plan reaches farther back; or set `history.range`.',
    example:
      'workloads.chat.load (cloudwatch AWS/ApplicationELB RequestCount): is read 15d back: CloudWatch keeps values of 1m no longer. Hint: a longer period of the plan reaches farther back; or set history.range',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
