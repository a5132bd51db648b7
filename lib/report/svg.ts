import type * as ECharts from 'echarts';
import type { EChartsOption } from 'echarts';
import { loadPackage } from '../packages';

/**
 * Draws a chart and returns the text of an SVG file. The same options always give the same bytes: the library numbers the names of
 * classes through the life of the process, and these names are replaced. The first call loads the library.
 *
 * @param size width and height in pixels
 * @throws ProblemError `package/missing` where the library is not installed
 */
export function renderSvg(option: EChartsOption, size: { readonly width: number; readonly height: number }): string {
  const { init } = loadPackage('echarts', 'drawing a chart') as typeof ECharts;
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ ...option, animation: false, useUTC: true });
    return `${withPlainBaselines(withStableNames(chart.renderToSVGString()))}\n`;
  } finally {
    // Without this call the process would never end.
    chart.dispose();
  }
}

/** Replaces the names that the library numbers, in the order of their appearance: `zr3-cls-17` by `n0`, `zr3-c2` by `n1`. */
function withStableNames(svg: string): string {
  const names = new Map<string, string>();
  return svg.replace(/\bzr\d+-[\w-]+/g, (name) => {
    const stable = names.get(name) ?? `n${names.size}`;
    names.set(name, stable);
    return stable;
  });
}

/** Replaces central baselines, which not every viewer supports, by a shift of 0.35 em, which all viewers draw alike. */
function withPlainBaselines(svg: string): string {
  return svg.replaceAll(' dominant-baseline="central"', ' dy="0.35em"');
}
