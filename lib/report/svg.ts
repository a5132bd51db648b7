import { createRequire } from 'node:module';
import type * as ECharts from 'echarts';
import type { EChartsOption } from 'echarts';

/** The package is CommonJS, and so are we: no promise is needed to load it late. */
const requireLater = createRequire(__filename);

/**
 * A chart as the text of an SVG file. The same option gives the same bytes, whatever was drawn before: names that the library
 * counts up are written anew. Loads the library only now.
 *
 * @param size in pixels
 */
export function renderSvg(option: EChartsOption, size: { readonly width: number; readonly height: number }): string {
  const { init } = requireLater('echarts') as typeof ECharts;
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ ...option, animation: false, useUTC: true });
    return `${withPlainBaselines(withStableNames(chart.renderToSVGString()))}\n`;
  } finally {
    // Without it, the process would never end.
    chart.dispose();
  }
}

/** `zr3-cls-17`, `zr3-c2` -> `n0`, `n1`, in order of appearance. */
function withStableNames(svg: string): string {
  const names = new Map<string, string>();
  return svg.replace(/\bzr\d+-[\w-]+/g, (name) => {
    const stable = names.get(name) ?? `n${names.size}`;
    names.set(name, stable);
    return stable;
  });
}

/** Not every viewer knows a central baseline; a shift by a third of the height is the same to all. */
function withPlainBaselines(svg: string): string {
  return svg.replaceAll(' dominant-baseline="central"', ' dy="0.35em"');
}
