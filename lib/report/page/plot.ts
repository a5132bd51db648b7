import { axisLabel, significant } from '../../figures';
import { DAY_MS, formatTime, HOUR_MS } from '../../units';
import { drawMarks, type Mark, plotSize } from './marks';
import { type Markup, markup } from './markup';

/** A plot over time: marks, the spans that are shaded behind them, and what is said of it to who does not see it. */
export type Plot = {
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly says: string;
  /** The ends of the time axis, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly unit: string;
  /** Whether values are counts, which are named whole. */
  readonly isCount?: boolean;
  readonly marks: readonly Mark[];
  /** The names of the marks, by their classes. */
  readonly legend: readonly { readonly look: string; readonly name: string }[];
  readonly spans?: readonly { readonly name: string; readonly from: number; readonly to: number }[];
};

/**
 * A plot as a figure with its title, axes and legend. The marks are an SVG that takes all the width there is; labels are text beside it, and
 * so have one size on a telephone and on paper.
 */
export function plotFigure({ title, says, from, to, unit, isCount = false, marks, legend, spans = [] }: Plot): Markup {
  const highest = Math.max(0, ...marks.flatMap((mark) => (mark.kind === 'stacked' ? [] : mark.points.map(([, value]) => value))));
  const { top, ticks } = valueAxis(Math.max(highest, stackedTop(marks)), isCount);
  const place = (at: number) => share((at - from) / (to - from));
  const visible = spans.filter((span) => span.to > from && span.from < to);
  return markup`<figure class="plot"><figcaption><b>${title}</b> <span>${unit}</span></figcaption><div class="frame" role="img" aria-label="${says}" data-top="${top}"><div class="values">${ticks.map((tick) => markup`<i style="bottom:${share(tick / top)}">${axisLabel(tick)}</i>`)}</div><div class="area" style="--lines:${ticks.length - 1}">${visible.map((span) => markup`<u${(span.from - from) / (to - from) > 0.5 ? markup` class="late"` : null} style="left:${place(Math.max(from, span.from))};width:${share((Math.min(to, span.to) - Math.max(from, span.from)) / (to - from))}"><b>${span.name}</b></u>`)}<svg viewBox="0 0 ${plotSize.width} ${plotSize.height}" preserveAspectRatio="none">${{ html: drawMarks(marks, { from, to, top }) }}</svg></div><div class="times">${timeMarks(from, to).map(({ at, label }) => markup`<i style="left:${place(at)}">${label}</i>`)}</div></div><ul class="legend">${[...legend.map(({ look, name }) => markup`<li><span class="${look}"></span>${name}</li>`), ...(visible.length > 0 ? [markup`<li><span class="event"></span>event or holiday</li>`] : [])]}</ul></figure>`;
}

/** The highest of marks that stand on one another. */
function stackedTop(marks: readonly Mark[]): number {
  const stacked = marks.filter(({ kind }) => kind === 'stacked');
  const times = stacked[0]?.points.map(([at]) => at) ?? [];
  return Math.max(0, ...times.map((_, index) => stacked.reduce((sum, { points }) => sum + points[index][1], 0)));
}

/** A round end of an axis from 0, at or above the highest value, and the values that are named on it. */
export function valueAxis(highest: number, isCount = false): { readonly top: number; readonly ticks: readonly number[] } {
  if (!(highest > 0)) return { top: 1, ticks: [0, 1] };
  const size = 10 ** Math.floor(Math.log10(highest));
  const step =
    [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5]
      .map((factor) => factor * size)
      .find((one) => highest / one <= 4 && (!isCount || Number.isInteger(one))) ?? 5 * size;
  const count = Math.ceil(significant(highest / step, 9));
  return { top: significant(count * step, 9), ticks: Array.from({ length: count + 1 }, (_, index) => significant(index * step, 9)) };
}

/** The marks of a time axis: days by their name, at midnight UTC; of longer than ten days one in seven, of less than two the hours. */
function timeMarks(from: number, to: number): readonly { readonly at: number; readonly label: Markup | string }[] {
  const length = to - from;
  const step =
    [3 * HOUR_MS, 6 * HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 28 * DAY_MS].find((one) => length / one <= 8.01) ??
    Math.ceil(length / 8 / DAY_MS) * DAY_MS;
  const first = Math.ceil(from / step) * step;
  const all = Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
  return all
    .filter((at) => (to - at) / length > 0.04)
    .map((at) => ({ at, label: step < DAY_MS ? formatTime(at).slice(11, 16) : dayMark(at) }));
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Fri 27 Nov`, in UTC. */
export function dayText(time: number): string {
  const date = new Date(time);
  return `${days[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}

/** `Fri 27 Nov`, without the month where the page is narrow. */
function dayMark(time: number): Markup {
  const [day, date, month] = dayText(time).split(' ');
  return markup`${day} ${date}<span class="x"> ${month}</span>`;
}

/** `Fri 27 Nov 18:00`, in UTC. */
export function momentText(time: number): string {
  return `${dayText(time)} ${formatTime(time).slice(11, 16)}`;
}

const share = (value: number): string => `${significant(100 * value, 4)}%`;
