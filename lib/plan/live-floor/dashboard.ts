import { digestOf } from '../../digest';
import { availableSeries, desiredSeries, expiry, highSeries, missedShare, mostMissed, mostSeries } from './alerts';
import { series } from './promql';
import { floorSeries, forecastSeries, loadSeries } from './rules';

type Line = readonly [legend: string, expr: string];
type Place = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

/**
 * A dashboard of Grafana (10 or later) for the live floors of a plan, one workload at a time, in the form of its JSON: load and forecast;
 * floor, replicas and ceiling over each other; misses; and when the plan expires.
 *
 * @param plan the name of the plan, by which its series are told from those of others
 */
export function floorDashboard(plan: string): object {
  const own = { plan, workloads: ['$workload'] };
  const of = (name: string) => series(name, own);
  return {
    uid: `foresize-${digestOf(plan).slice('sha256:'.length, 'sha256:'.length + 16)}`,
    title: `foresize: live floors of ${plan}`,
    tags: ['foresize'],
    schemaVersion: 39,
    editable: true,
    timezone: 'browser',
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        {
          name: 'workload',
          label: 'Workload',
          type: 'query',
          datasource,
          query: { query: `label_values(${series(floorSeries, { plan })}, workload)`, refId: 'workload' },
          refresh: 2,
          sort: 1,
        },
      ],
    },
    panels: [
      timeSeries(
        'Load and forecast',
        'The load there is; the most that is expected until a new node serves; and what the floor provides for: that and a margin.',
        { x: 0, y: 0, w: 24, h: 9 },
        { interpolation: 'linear', unit: 'short' },
        [
          ['load', of(loadSeries)],
          ['forecast', of(forecastSeries)],
          ['forecast and margin', of(highSeries)],
        ],
      ),
      timeSeries(
        'Floor, replicas and ceiling',
        'Replicas that the floor asks for, that the autoscaler wants, that serve, and that there may be at most.',
        { x: 0, y: 9, w: 24, h: 9 },
        { interpolation: 'stepAfter', unit: 'short' },
        [
          ['floor', of(floorSeries)],
          ['available', of(availableSeries)],
          ['wanted by the autoscaler', of(desiredSeries)],
          ['ceiling', of(mostSeries)],
        ],
      ),
      timeSeries(
        'Misses',
        'Minutes of the last day whose load was above what its floor provided for, as a share; and the share above which that is too often.',
        { x: 0, y: 18, w: 16, h: 8 },
        { interpolation: 'linear', unit: 'percentunit' },
        [
          ['missed', missedShare(own)],
          ['too often', mostMissed(own)],
        ],
      ),
      {
        type: 'stat',
        title: 'Minutes until the plan expires',
        description: 'Below zero it has expired, and floors follow its schedule.',
        datasource,
        gridPos: { x: 16, y: 18, w: 8, h: 8 },
        fieldConfig: {
          defaults: {
            unit: 'm',
            thresholds: {
              mode: 'absolute',
              steps: [
                { color: 'red', value: null },
                { color: 'orange', value: 0 },
                { color: 'green', value: 24 * 60 },
              ],
            },
          },
          overrides: [],
        },
        targets: targetsOf([['minutes left', `(${expiry(own)} - time()) / 60`]]),
      },
    ].map((panel, index) => ({ id: index + 1, ...panel })),
  };
}

function timeSeries(
  title: string,
  description: string,
  gridPos: Place,
  { interpolation, unit }: { readonly interpolation: 'linear' | 'stepAfter'; readonly unit: string },
  lines: readonly Line[],
) {
  return {
    type: 'timeseries',
    title,
    description,
    datasource,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0, custom: { lineInterpolation: interpolation, spanNulls: false } }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: targetsOf(lines),
  };
}

function targetsOf(lines: readonly Line[]) {
  return lines.map(([legendFormat, expr], index) => ({ refId: 'ABCD'[index], datasource, expr, legendFormat }));
}
