import type * as ECharts from 'echarts';
import type { LineSeriesOption } from 'echarts';
import { loadPackage } from '../../packages';

/** A point of a mark: its place on the axis, epoch ms, and its value. */
export type MarkPoint = readonly [at: number, value: number];

/**
 * One mark of a plot, drawn in the style of its class: a line through its points, steps that hold until the next point, the area between
 * the values and `from`, or the area of steps on top of the areas before it.
 */
export type Mark =
  | { readonly kind: 'line' | 'steps' | 'stacked'; readonly look: string; readonly points: readonly MarkPoint[] }
  | { readonly kind: 'band'; readonly look: string; readonly points: readonly MarkPoint[]; readonly from: readonly number[] };

/** What all marks of a plot are drawn in: the ends of its axis, epoch ms, and its highest value; the lowest is 0. */
export type Frame = { readonly from: number; readonly to: number; readonly top: number };

/** The size of a plot in its own units; it is stretched to the room that it is given. */
export const plotSize = { width: 1000, height: 200 } as const;

/**
 * Draws marks as the paths of an SVG of `plotSize`, the same for the same marks. Colours, widths and dashes are those of the class of each,
 * so that a page may have them otherwise in the dark and on paper.
 *
 * @throws ProblemError `package/missing` where the library is not installed
 */
export function drawMarks(marks: readonly Mark[], { from, to, top }: Frame): string {
  const { init } = loadPackage('echarts', 'drawing the charts of a report') as typeof ECharts;
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...plotSize });
  try {
    chart.setOption({
      animation: false,
      useUTC: true,
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: { type: 'value', min: from, max: to, show: false },
      yAxis: { type: 'value', min: 0, max: top, show: false },
      series: marks.flatMap(seriesOf),
    });
    return pathsIn(chart.renderToSVGString(), marks);
  } finally {
    chart.dispose();
  }
}

const drawn = { type: 'line', showSymbol: false, silent: true, clip: false, emphasis: { disabled: true } } as const;
const unseen = { opacity: 0 } as const;
/** The colour by which a path is found again in what the library draws: the place of its mark, from 1 on. */
const colourOf = (index: number): string => `#${(index + 1).toString(16).padStart(6, '0')}`;

function seriesOf(mark: Mark, index: number): LineSeriesOption[] {
  const color = colourOf(index);
  const data = mark.points.map(([at, value]) => [at, value]);
  switch (mark.kind) {
    case 'line':
      return [{ ...drawn, data, lineStyle: { color } }];
    case 'steps':
      return [{ ...drawn, data, step: 'end', lineStyle: { color } }];
    case 'stacked':
      return [{ ...drawn, data, step: 'end', stack: 'all', lineStyle: unseen, areaStyle: { color, opacity: 1 } }];
    case 'band':
      return bandSeries(mark, index, color);
  }
}

/** A band as two stacked lines that are not seen: its lower edge, and on it the difference to the upper one, filled. */
function bandSeries({ points, from }: Extract<Mark, { readonly kind: 'band' }>, index: number, color: string): LineSeriesOption[] {
  const stack = { ...drawn, stack: `band ${index}`, stackStrategy: 'all', lineStyle: unseen } as const;
  return [
    { ...stack, data: points.map(([at], i) => [at, from[i]]) },
    { ...stack, data: points.map(([at, value], i) => [at, value - from[i]]), areaStyle: { color, opacity: 1 } },
  ];
}

/** The paths that the library drew for marks, in the order of the marks, with the class of each in place of its colour. */
function pathsIn(svg: string, marks: readonly Mark[]): string {
  const [body] = svg.split('<defs');
  const shapes = new Map<string, string>();
  for (const [, attributes] of body.matchAll(/<path ([^>]*)>/g)) {
    const colour = /(?:fill|stroke)="(#[0-9a-f]{6})"/.exec(attributes)?.[1];
    const shape = /\bd="([^"]*)"/.exec(attributes)?.[1];
    if (colour !== undefined && shape !== undefined) shapes.set(colour, shape);
  }
  return marks
    .map(({ look }, index) => {
      const shape = shapes.get(colourOf(index));
      return shape === undefined ? '' : `<path class="${look}" d="${compact(shape)}"/>`;
    })
    .join('');
}

/** A shape of straight lines in whole units, each point as far from the one before it: a third of the bytes. */
function compact(shape: string): string {
  let [x, y] = [0, 0];
  const parts = [...shape.matchAll(/([MLZz])\s*(-?[\d.]+)?[ ,]?(-?[\d.]+)?/g)].map(([, command, across = '0', down = '0']) => {
    if (command !== 'M' && command !== 'L') return 'z';
    const [right, below] = [Math.round(Number(across)), Math.round(Number(down))];
    const [dx, dy] = [right - x, below - y];
    [x, y] = [right, below];
    if (command === 'M') return `M${right} ${below}`;
    if (dx === 0 && dy === 0) return '';
    return dy === 0 ? `h${dx}` : dx === 0 ? `v${dy}` : `l${dx}${dy < 0 ? '' : ' '}${dy}`;
  });
  return parts.join('');
}
