import type { ProblemPage } from './page';

/** Codes of reading a history: files, their rows, what is kept of live sources, and the series that comes of it. */
export const historyReadingCodes = {
  'history/not-found': {
    title: 'A file of history does not exist.',
    when: 'The `path` of a source leads to nothing. Paths are relative to the config, not to the folder in which the command runs.',
    cure: 'Correct the path, or run the export that writes the file.',
    example: 'history/chat.csv: does not exist. Hint: workloads.chat.load names it; paths are relative to the config file',
  },
  'history/no-files': {
    title: 'A pattern or a folder means no file.',
    when: 'A `path` with `*` matches nothing, or a folder holds no file with the ending of the kind of source.',
    cure: "Check the pattern and `kind`; `'history/**/*'` takes every file below a folder.",
    example: 'history/2026-*.csv: matches no file. Hint: workloads.chat.load names it; a pattern is relative to the config file',
  },
  'history/too-many-files': {
    title: 'A pattern means more files than can be read at once.',
    when: 'A pattern or folder leads to more than 100,000 files.',
    cure: 'Name a narrower pattern, or join the files: one Parquet file a month is read faster than one CSV file a minute.',
    example: 'history/**/*: means 250000 files. Hint: at most 100000: name a narrower pattern',
  },
  'history/not-a-file': {
    title: 'What the path names is no file.',
    when: 'It is a folder where one file is wanted, or a pipe or a device. A history is read more than once, which a pipe does not allow.',
    cure: 'Name a file; write the output of a pipe to one first.',
    example: 'history: is a folder, not a file. Hint: name one CSV file in it',
  },
  'history/unreadable': {
    title: 'A file of history cannot be opened.',
    when: 'The file is there, and the system refuses to open it; the message holds its error code.',
    cure: 'Give the user who runs foresize the right to read the file.',
    example: 'history/chat.csv: cannot be read: EACCES. Hint: check its permissions',
  },
  'history/empty': {
    title: 'A file of history holds nothing.',
    when: 'The file has no bytes, nothing but empty lines, or nothing once it is unpacked.',
    cure: 'Look at the export that writes it: did it run, and did it find data?',
    example: 'history/chat.csv: is empty. Hint: it needs a header line and a row for each observation',
  },
  'history/no-rows': {
    title: 'A file of history has a header and no rows.',
    when: 'The columns are named, and nothing follows.',
    cure: 'Look at the export that writes it: did it run, and for the right range of time?',
    example: 'history/chat.csv: holds a header and no rows. Hint: has the export run?',
  },
  'history/format': {
    title: 'A file has another format than the config says.',
    when: 'Its first bytes are those of UTF-16 text, a spreadsheet or archive, JSON in place of CSV, Parquet in place of text or the other way round, or of something packed twice.',
    cure: 'Name the format that it has (`kind`), or export it as UTF-8 text.',
    example: 'history/chat.csv: is not UTF-8 text. Hint: save it as CSV in UTF-8',
  },
  'history/damaged': {
    title: 'A file is damaged or was cut off.',
    when: 'Packed text or Parquet does not end as it must, or text has zero bytes inside, as a file has that was not written to its end.',
    cure: 'Fetch or export the file again.',
    example: 'history/chat.csv.gz: is compressed by gzip, and damaged or cut off. Hint: was it copied whole? Fetch it again',
  },
  'history/malformed': {
    title: 'A row is not of the form of the others.',
    when: 'It ends too early, has more columns than the header, opens a quote that is never closed, holds bytes that are not UTF-8, ends its line in another way than those before, or is no JSON object. Nothing of a file is used while one row cannot be read: the rest might be shifted.',
    cure: 'Look at the line that the message names; a last line that is cut is mostly an export that is still running.',
    example: 'history/chat.csv:1042: ends with 1 of 2 columns. Hint: was the file cut off while it was written?',
  },
  'history/header': {
    title: 'The columns of time and value are not there.',
    when: 'The column that is wanted (`timestamp` and `value` unless `time` and `value` of the source say otherwise, or a label of `where`) is not in the header or is there twice; or the first line is data.',
    cure: "Say which columns hold what: `time: 'ts'`, `value: 'requests'`; add a header line where there is none.",
    example:
      "history/chat.csv:1: has no column 'value'; its columns are 'timestamp', 'requests'. Hint: say which column holds the value, for example value: 'requests'",
  },
  'history/column-type': {
    title: 'A column is of a type that cannot be used.',
    when: 'A typed file (Parquet) has a list, a structure or a truth value where a time, a number or a label is wanted.',
    cure: 'Name another column, or export this one as a time, a number or text.',
    example: "history/chat.parquet: holds no number in column 'value' (expected a column of numbers, got VARCHAR)",
  },
  'history/no-match': {
    title: 'No row has the labels that are asked for.',
    when: '`where` of the source names values of columns, and no row has them all.',
    cure: 'The hint lists values that are there; they are compared as text, upper and lower case told apart.',
    example: "history/all.csv: has no row where service = 'chats'. Hint: where there are rows, service is 'chat', 'images'",
  },
  'history/time': {
    title: 'A time cannot be read.',
    when: 'The text is no ISO 8601 time and no number, the day or the hour does not exist, it lies before 1970 or from 2200 on, or it counts micro- or nanoseconds.',
    cure: 'Write ISO 8601 with a zone, such as `2026-11-24T00:00:00Z`, or epoch seconds or milliseconds.',
    example:
      "history/chat.csv:7: holds a time that cannot be read (got 'yesterday'). Hint: write ISO 8601 with a zone, such as 2026-11-24T00:00:00Z, or epoch seconds or milliseconds",
  },
  'history/no-zone': {
    title: 'A time stands without its zone.',
    when: 'A text such as `2026-11-24 06:00` does not say when: it may be hours off, and then every daily peak is.',
    cure: "Write times with their offset, or name the zone at the source: `zone: 'Europe/Berlin'`.",
    example:
      "history/chat.csv:2: holds a time without a zone (got '2026-11-24 06:00'). Hint: write it with its offset (2026-11-24T00:00:00Z), or say zone: 'Europe/Berlin'",
  },
  'history/value': {
    title: 'A value is not a number.',
    when: 'The text of a value is no number: a word, a number with something behind it that is no unit, or in another unit than the source states; or a comma stands for a decimal sign in one row and separates thousands in another.',
    cure: 'Write all values of a column in one way; leave a value empty where it is missing.',
    example: "history/chat.csv:12: holds a value that is not a number (got 'many'). Hint: leave the value empty where it is missing",
  },
  'history/ambiguous': {
    title: 'Times or values can be read in two ways.',
    when: 'No date of the column has a day above 12, so that day and month cannot be told apart; or each comma of the column stands before exactly three digits, so that it may be a decimal comma or separate thousands.',
    cure: "Say which it is at the source: `dateFormat: 'dd/mm/yyyy'` or `'mm/dd/yyyy'`; `decimal: ','` or `thousands: ','`.",
    example:
      "history/chat.csv:2: holds times that can be read in two ways: '03/04/2026 10:00' is 3 April or 4 March. Hint: say dateFormat: 'dd/mm/yyyy' or dateFormat: 'mm/dd/yyyy'",
  },
  'history/read-as': {
    title: 'How cells are written was found out from them.',
    weight: 'note',
    when: 'Dates that are not ISO 8601, a decimal comma, separators of thousands, or units beside the numbers are read as the column as a whole shows that they are meant; rows at its end hold totals of the others and are left out; or the text is no UTF-8 and is read as Windows-1252.',
    cure: 'Nothing, where it is right. To state it, set `dateFormat`, `decimal` or `thousands` of the source.',
    example: "workloads.chat.load (history/chat.csv): times are read as day/month/year, since '31/10/2026 10:00' has no month 31",
  },
  'history/several-series': {
    title: 'A file holds several series where one is wanted.',
    when: 'An export that tells its series apart, such as annotated CSV of InfluxDB or JSON of CloudWatch or Prometheus, has more than one with the labels of `where`.',
    cure: "Choose one by its labels, or say `join: 'sum'` to read the sum of them.",
    example:
      "history/chat.csv: holds 2 series, whose _field is 'requests', 'errors'. Hint: choose one, where: { _field: 'requests' }, or say join: 'sum'",
  },
  'history/too-large': {
    title: 'A value is larger than any load.',
    when: 'A value is beyond 1e18, such as the 1e300 or 1.8e308 that stand for infinite in some exports. What is made of it would not be finite.',
    cure: 'Leave the value empty there: it is missing; or mend it where the data come from.',
    example:
      "history/chat.csv:12: holds a value larger than any load (expected at most 1000000000000000000, got '1e300'). Hint: leave the value empty where it is missing, or mend it where the data come from",
  },
  'history/infinite': {
    title: 'A value is infinite.',
    when: 'A value is `Infinity` or `Inf`, mostly because something was divided by zero where the data come from.',
    cure: 'Leave the value empty there: it is missing.',
    example: "history/chat.csv:12: holds an infinite value (got 'Infinity'). Hint: leave the value empty where it is missing",
  },
  'history/negative': {
    title: 'A rate, a count or a counter is below zero.',
    when: 'Only a level may be negative. Differences of a counter turn negative where it restarts, and `deriv()` or `delta()` of a gauge may as well.',
    cure: "Read the counter itself (`series: 'counter'`), whose restarts are understood, or call the series a level (`series: 'level'`) if it is one.",
    example:
      "history/chat.csv:40: holds a negative rate (got '-3'). Hint: differences of a counter turn negative when it restarts: read the counter itself with series: 'counter'; what may be negative is a 'level'",
  },
  'history/epoch-times': {
    title: 'Times are numbers.',
    weight: 'note',
    when: 'All times are numbers; they are read as epoch seconds or milliseconds by their size.',
    cure: 'Nothing, where the range that `foresize history` shows is right.',
    example: 'workloads.chat.load (history/chat.csv): times are read as epoch seconds',
  },
  'history/mixed-times': {
    title: 'Times are written in several ways.',
    weight: 'warning',
    when: 'Some rows have ISO 8601 times and others epoch numbers. Each is read by its own form.',
    cure: 'Find out whether the file was joined from several sources, and whether all of them count the same.',
    example:
      'workloads.chat.load (history/chat.csv): times are written in several ways: ISO 8601 with a zone, epoch seconds. Hint: was the file joined from several sources?',
  },
  'history/clock-change': {
    title: 'Rows fall into an hour that does not exist or happens twice.',
    weight: 'warning',
    when: 'Times are local (`zone`), and the clock changed: an hour that was skipped is read by the clock before, an hour that came twice as its first time, so that the second is missing.',
    cure: 'Write times with their offset, or in UTC.',
    example:
      'workloads.chat.load (history/chat.csv): on 2026-10-25 the clock of Europe/Berlin went back, so 00:00 to 01:00 happened twice; its rows, 4 in all, are read as the first time, and the second is missing. Hint: write times with their offset, or in UTC',
  },
  'history/missing-values': {
    title: 'Rows have no value.',
    weight: 'note',
    when: 'The value of some rows is empty, `NaN`, `null`, `NA`, `N/A` or `None`. They are missing, not zero.',
    cure: 'Nothing, where they are missing. Where nothing happened, write the zero.',
    example: 'workloads.chat.load (history/chat.csv): 3 rows have no value: missing, not zero',
  },
  'history/no-observations': {
    title: 'No row has a value.',
    when: 'There are rows with times, and the value of every one is missing.',
    cure: 'Check which column is the value.',
    example: 'history/chat.csv: holds rows and no value in any of them. Hint: every value is missing: check the value column',
  },
  'history/too-few': {
    title: 'There is a single observation.',
    when: 'One row has a value. How far apart observations are, and so what one stands for, is known from two on.',
    cure: 'Give more history.',
    example: 'history/chat.csv: holds a single observation; a series needs at least 2',
  },
  'history/too-coarse': {
    title: 'Observations are farther apart than the period of the plan.',
    when: 'The usual spacing is longer than `period` (of `foresize forecast`: than `--interval`): what happens between two observations is unknown.',
    cure: 'Use a period of that spacing or longer, or record more often.',
    example: 'history/chat.csv: is observed every 1h, which is coarser than the 15m asked for. Hint: use a period of 1h or longer',
  },
  'history/too-sparse': {
    title: 'No interval is observed for half of its time.',
    when: 'Observations are close together as a rule and so rare as a whole that no interval of the plan is known.',
    cure: 'Fill the gaps where the data come from. Where a row was left out because nothing happened, write the zero.',
    example:
      'history/chat.csv: is observed every 1m as a rule, and no interval of 1h is observed for half of its time. Hint: fill the gaps where the data come from; where a missing row means zero, write the zero',
  },
  'history/too-long': {
    title: 'A history spans more intervals than can be.',
    when: 'From the first to the last time there are more than 4,000,000 intervals: mostly one row whose time is off by years.',
    cure: 'Check the first and the last time that the message names.',
    example:
      'history/chat.csv: spans 61234567 intervals of 1m (1970-01-01T00:00:00Z to 2086-06-04T12:07:00Z). Hint: check the first and the last time, or ask for a longer interval',
  },
  'history/too-short': {
    title: 'There is too little history to plan from.',
    when: 'Less than three days can be used after exclusions (six hours where `like` names a sibling that lends its shape), the sibling shares too little time to lend anything, or not one whole interval is covered.',
    cure: "Give more history, name a sibling by `like`, or state `forecast` of a service in numbers. With `history.unusable: 'keep-floor'` the other workloads are planned meanwhile. `foresize forecast FILE` takes less, with a warning.",
    example:
      'workloads.chat.load (csv history/chat.csv): holds 2.1 days of history that can be used, too little to plan from (expected at least 3 days). Hint: `foresize forecast FILE` takes less, with a warning',
  },
  'history/out-of-order': {
    title: 'Rows do not ascend in time.',
    weight: 'warning',
    when: 'A row is earlier than one before it. All are sorted, which the plan records as a repair.',
    cure: 'Sort the export. Shuffled rows often come from files that were joined.',
    example: 'workloads.chat.load (history/chat.csv): 12 rows out of order, sorted by time',
  },
  'history/unequal-duplicates': {
    title: 'One moment has several values.',
    weight: 'refusal or warning',
    when: 'Two rows of one time differ. The larger counts, as a repair that the plan records; under `unequal duplicates: refuse` the history is refused.',
    cure: 'Does the file hold several series? Choose one by `where`, or add them up where the data come from.',
    example:
      'workloads.chat.load (history/chat.csv): 24 times with unequal values, the first 2026-11-01T00:00:00Z; the larger is taken. Hint: does the file hold several series?',
  },
  'history/equal-duplicates': {
    title: 'Rows repeat another.',
    weight: 'warning or note',
    when: 'Time and value of a row are those of another; it is ignored. Above a tenth of all rows it is a warning, for then each row may stand for something that happened.',
    cure: 'Nothing, where a few rows were exported twice. One row a happening is no series: count them by time first.',
    example:
      'workloads.chat.load (history/chat.csv): 900 of 2000 rows repeat another and are ignored. Hint: one row a happening is no series: count them by time first',
  },
  'history/mixed-intervals': {
    title: 'Observations have two spacings.',
    weight: 'warning',
    when: 'Part of a series is observed more often than the rest. Each observation stands for the usual spacing, so that the other part counts too much or too little.',
    cure: 'Give both parts at one spacing, or begin the history where the spacing changed.',
    example:
      'workloads.chat.load (history/chat.csv): observed mostly every 1m and 300 times 5m apart; each observation stands for 1m. Hint: give the two parts as one interval',
  },
  'history/partial-edges': {
    title: 'The first or the last interval is observed in part.',
    weight: 'note',
    when: 'The history begins or ends within an interval of the plan. That interval is left out, not extrapolated.',
    cure: 'Nothing.',
    example:
      'workloads.chat.load (history/chat.csv): 20m before the first whole interval left out: partly observed intervals are not extrapolated',
  },
  'history/counter-restarts': {
    title: 'A counter fell.',
    weight: 'note',
    when: 'A value of a `counter` is below the one before and near 0: no more than one process counts from 0 in the time between. It is taken as a restart from 0, which the plan records as a repair.',
    cure: 'Nothing: processes restart.',
    example: 'workloads.chat.load (history/chat.csv): the counter fell 3 times, taken as restarts from 0',
  },
  'history/no-counter': {
    title: 'A series that is called a counter does not behave like one.',
    when: 'It falls at more than a quarter of its observations, or at an eighth of them without beginning again at 0, or more than 10,000 times: several counters are mixed in one series, or it is none.',
    cure: "Is it `series: 'count'` (how many in each interval) or `'rate'`? Does the file hold several series? Choose one by `where`.",
    example:
      "history/chat.csv: falls at 400 of 1000 observations, which is not how a counter behaves. Hint: does it hold several counters? Choose one by `where`, or take the rate of each first and then the sum; or is it series: 'count' or 'rate'?",
  },
  'history/no-overlap': {
    title: 'Usage and capacity have no time in common.',
    when: 'A utilisation is `{ usage, capacity }`, and one ends before the other begins.',
    cure: 'Give both for the same range of time.',
    example:
      'workloads.storefront.cpu: usage (2026-09-01T00:00:00Z to 2026-10-01T00:00:00Z) and capacity (2026-10-05T00:00:00Z to 2026-11-01T00:00:00Z) have no time in common',
  },
  'history/intervals-differ': {
    title: 'Usage and capacity are on different grids.',
    when: 'A utilisation is computed from two series that were read by different intervals. A plan reads both by its period; this comes up where series are divided in code.',
    cure: 'Read both on the same grid.',
    example: 'workloads.storefront.cpu: usage is by 5m and capacity by 1h. Hint: read both on the same grid',
  },
  'history/units-differ': {
    title: 'Usage and capacity are in different units.',
    when: 'A utilisation is `{ usage, capacity }`, and the one counts something else than the other (cores against MiB): their quotient is no utilisation.',
    cure: 'Give both in the same unit.',
    example:
      'workloads.storefront.memory: usage is in GiB and capacity in MiB, so their quotient is no utilisation. Hint: give both in the same unit',
  },
  'history/unit': {
    title: 'The history of a service is no utilisation.',
    when: "`cpu` or `memory` of a service is in a unit other than `'%'` or `'ratio'`, and no capacity stands beside it.",
    cure: 'Give usage and capacity, `{ usage: csv(...), capacity: csv(...) }`, or a series in percent or as a ratio.',
    example:
      "workloads.storefront.cpu: is in cores, which is no utilisation (expected '%' or 'ratio'). Hint: give usage and capacity: { usage: csv(...), capacity: csv(...) }",
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
