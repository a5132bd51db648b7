/** A row that was taken out of a document or a table, as cells by their column, and where it stands there. */
export type PlacedRow = { readonly place: string; readonly cells: Readonly<Record<string, string | null>> };

/** What a document holds, as rows. */
export type Rows = {
  readonly rows: readonly PlacedRow[];
  /** The columns that usual names of a config mean here, where that is plain. */
  readonly means: { readonly time?: string; readonly value?: string };
  /** The labels of each of the series in it, where it tells its series apart. */
  readonly series?: readonly Readonly<Record<string, string>>[];
};

/**
 * The rows of a JSON document: of what the AWS CLI prints of CloudWatch (`get-metric-statistics`, `get-metric-data`), in order of time
 * whatever its own; of an answer of Prometheus to a range query or of InfluxDB to InfluxQL; else of the one list of objects in it. Several
 * documents, one after the other, are one.
 *
 * @param documents as `parseDocuments` gives them
 * @returns `undefined` where they hold no such rows
 */
export function rowsOfDocument(documents: readonly unknown[]): Rows | undefined {
  if (documents.length === 0) return undefined;
  const all = documents.map((document, index) => rowsOf(document, documents.length > 1 ? `document ${index + 1} ` : ''));
  const known = all.filter((rows) => rows !== undefined);
  if (known.length < all.length) return undefined;
  const series = known.flatMap((rows) => rows.series ?? []);
  return {
    rows: known.flatMap(({ rows }) => rows),
    means: known[0].means,
    ...(known[0].series && { series: [...new Map(series.map((labels) => [JSON.stringify(labels), labels])).values()] }),
  };
}

type Dictionary = Readonly<Record<string, unknown>>;

const isDictionary = (value: unknown): value is Dictionary => typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf = <T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] => Array.isArray(value) && value.every(is);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function rowsOf(document: unknown, before: string): Rows | undefined {
  if (isListOf(document, isDictionary)) return rowsOfList(document, `${before}item`);
  if (!isDictionary(document)) return undefined;
  if (isListOf(document.MetricDataResults, isDictionary)) return rowsOfMetricData(document.MetricDataResults, `${before}MetricDataResults`);
  const { data, results } = document;
  if (isDictionary(data) && isListOf(data.result, isDictionary)) return rowsOfMatrix(data.result, `${before}result`);
  if (isListOf(results, isDictionary) && results.every(({ series = [] }) => isListOf(series, isDictionary)))
    return rowsOfInfluxql(
      results.flatMap(({ series = [] }) => series as readonly Dictionary[]),
      `${before}series`,
    );
  const lists = Object.entries(document).filter((entry): entry is [string, readonly Dictionary[]] => isListOf(entry[1], isDictionary));
  const [named] = lists.filter(([name, list]) => name === 'Datapoints' || list.length > 0);
  return named && (lists.length === 1 || named[0] === 'Datapoints') ? rowsOfList(named[1], `${before}${named[0]}`) : undefined;
}

const statistics = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'];
/** Totals of each period: whoever means them has to say so. */
const totals = ['Sum', 'SampleCount'];

function rowsOfList(list: readonly Dictionary[], place: string): Rows {
  const rows = list.map((item, index) => ({ place: `${place} ${index + 1}`, cells: cellsOf(flat(item)) }));
  const columns = new Set(rows.flatMap(({ cells }) => Object.keys(cells)));
  const isCloudWatch =
    columns.has('Timestamp') && (list.length === 0 || columns.has('Unit') || statistics.some((name) => columns.has(name)));
  if (!isCloudWatch) return { rows, means: {} };
  const values = [...columns].filter((name) => statistics.includes(name) || /^p\d/.test(name));
  return {
    rows: inOrder(rows, 'Timestamp'),
    means: { time: 'Timestamp', ...(values.length === 1 && !totals.includes(values[0]) && { value: values[0] }) },
  };
}

/** Percentiles stand in an object of their own. */
const flat = ({ ExtendedStatistics, ...item }: Dictionary): Dictionary =>
  isDictionary(ExtendedStatistics)
    ? { ...item, ...ExtendedStatistics }
    : ExtendedStatistics === undefined
      ? item
      : { ...item, ExtendedStatistics };

function rowsOfMetricData(results: readonly Dictionary[], place: string): Rows {
  const all = results.map((result, index) => {
    const { Id, Label, Timestamps = [], Values = [] } = result;
    const labels = { ...(typeof Id === 'string' && { Id }), ...(typeof Label === 'string' && { Label }) };
    const [times, values] = [Timestamps, Values].map((list) => (isList(list) ? list : []));
    const rows = times.map((time, at) => ({
      place: `${place}[${index}] ${at + 1}`,
      cells: cellsOf({ ...labels, Timestamps: time, Values: values[at] ?? null }),
    }));
    return { labels, rows: inOrder(rows, 'Timestamps') };
  });
  return { rows: all.flatMap(({ rows }) => rows), means: { time: 'Timestamps', value: 'Values' }, series: all.map(({ labels }) => labels) };
}

function rowsOfMatrix(result: readonly Dictionary[], place: string): Rows {
  const all = result.map(({ metric, values }, index) => {
    const labels = Object.fromEntries(Object.entries(isDictionary(metric) ? metric : {}).map(([name, label]) => [name, String(label)]));
    const pairs = isListOf(values, isList) ? values : [];
    const rows = pairs.map(([timestamp, value], at) => ({
      place: `${place}[${index}] ${at + 1}`,
      cells: cellsOf({ ...labels, timestamp, value }),
    }));
    return { labels, rows };
  });
  return { rows: all.flatMap(({ rows }) => rows), means: {}, series: all.map(({ labels }) => labels) };
}

function rowsOfInfluxql(all: readonly Dictionary[], place: string): Rows {
  const read = all.map(({ name, tags, columns, values }, index) => {
    const labels = { ...(typeof name === 'string' && { name }), ...(isDictionary(tags) ? tags : {}) } as Record<string, string>;
    const names = isList(columns) ? columns.map(String) : [];
    const lists = isListOf(values, isList) ? values : [];
    const rows = lists.map((list, at) => ({
      place: `${place}[${index}] ${at + 1}`,
      cells: cellsOf({ ...labels, ...Object.fromEntries(names.map((column, position) => [column, list[position]])) }),
    }));
    return { labels, rows };
  });
  return { rows: read.flatMap(({ rows }) => rows), means: {}, series: read.map(({ labels }) => labels) };
}

function cellsOf(item: Dictionary): PlacedRow['cells'] {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

/** CloudWatch answers in any order, which says nothing about the data: rows in order of time, those without one last. */
function inOrder(rows: readonly PlacedRow[], column: string): readonly PlacedRow[] {
  const timeOf = ({ cells }: PlacedRow): number => {
    const text = cells[column] ?? '';
    const number = Number(text);
    return text.trim() !== '' && Number.isFinite(number) ? number * (number < 1e11 ? 1_000 : 1) : Date.parse(text);
  };
  const timed = rows.map((row) => ({ row, at: timeOf(row) }));
  return timed.sort((a, b) => (Number.isNaN(a.at) ? 1 : Number.isNaN(b.at) ? -1 : a.at - b.at)).map(({ row }) => row);
}

/** The JSON documents that a text holds, one after the other; `undefined` where it is no JSON. */
export function parseDocuments(text: string): readonly unknown[] | undefined {
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    try {
      return splitDocuments(text).map((part) => JSON.parse(part) as unknown);
    } catch {
      return undefined;
    }
  }
}

/** Cuts where a document ends and another begins: between brackets that close the outermost and open it anew. */
function splitDocuments(text: string): string[] {
  const parts: string[] = [];
  let [from, depth, quoted] = [0, 0, false];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth > 0) continue;
      parts.push(text.slice(from, index + 1));
      from = index + 1;
    }
  }
  const rest = text.slice(from).trim();
  return rest === '' ? parts : [...parts, rest];
}
