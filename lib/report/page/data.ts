import { formatWhole, percent } from '../../figures';
import type { AppliedEvent, CapacityPlan } from '../../plan/file';
import { timeOf } from '../../units';
import type { HistoryFinding } from '../history-findings';
import { namesList } from './attention';
import { figure, type Markup, markup } from './markup';
import { dayText, momentText } from './plot';
import { closed, pageTable } from './table';

/**
 * What the plan was made from: histories with their repairs, events and holidays, and what the forecast notes about them.
 *
 * @param findings of the histories, where they were read; `null` otherwise
 */
export function dataSection(plan: CapacityPlan, findings: readonly HistoryFinding[] | null): Markup {
  return markup`${historyTable(plan)}${eventTable(plan)}${notes(plan)}${findings === null ? null : findingsTable(findings)}`;
}

/** More histories than these are opened by the reader. */
const shownHistories = 20;

function historyTable({ sources }: CapacityPlan): Markup {
  const all = Object.entries(sources.history);
  if (all.length === 0) return markup`<p>No history: forecasts were given as numbers.</p>`;
  const table = pageTable(
    'Histories, as they were read',
    [
      { title: 'signal' },
      { title: 'observations', is: 'number' },
      { title: 'observed', is: 'number' },
      { title: 'from, to', extra: true },
      { title: 'source and repairs' },
    ],
    all.map(([key, { origin, observations, coverage, from, to, interval, repairs, missingPeriods }]) => [
      key,
      figure(`sources.history.${key}.observations`, observations, formatWhole(observations)),
      percent(coverage),
      `${from.slice(0, 10)} to ${to.slice(0, 10)}`,
      [`${origin}, every ${interval}`, ...(missingPeriods > 0 ? [`${missingPeriods} periods missing`] : []), ...repairs].join('; '),
    ]),
  );
  return all.length > shownHistories ? closed(`Histories, ${all.length} of them`, table) : table;
}

/** An event and those that it lifts, with what each says of it. */
type LiftedBy = { readonly event: AppliedEvent; readonly lifts: readonly { readonly name: string; readonly event: AppliedEvent }[] };

function eventTable({ workloads }: CapacityPlan): Markup | null {
  const byEvent = new Map<string, LiftedBy>();
  for (const name of Object.keys(workloads).sort())
    for (const event of Object.values(workloads[name].forecast).flatMap(({ events }) => events)) {
      const key = [event.name, event.from, event.to].join();
      const lifts = byEvent.get(key)?.lifts ?? [];
      byEvent.set(key, { event, lifts: [...lifts, { name, event }] });
    }
  if (byEvent.size === 0) return null;
  return pageTable(
    'Events, holidays and days of the calendar that lift the forecast; times are UTC',
    [{ title: 'event' }, { title: 'when' }, { title: 'times', is: 'number' }, { title: 'workloads' }, { title: 'by', extra: true }],
    [...byEvent.values()].map(({ event, lifts }) => [
      event.name,
      `${momentText(timeOf(event.from))} to ${momentText(timeOf(event.to))}`,
      rangeText(lifts.map((lift) => lift.event.uplift)),
      namesList([...new Set(lifts.map(({ name }) => name))]),
      [...new Set(lifts.map((lift) => sourceText(lift.event)))].slice(0, mostSources).join('; '),
    ]),
  );
}

const mostSources = 2;

function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `x${least}` : `x${least} to x${most}`;
}

function sourceText({ source, stated, seen }: AppliedEvent): string {
  return [
    source === 'config' ? 'the config' : source,
    ...(seen === undefined ? [] : [`seen ${seen} times`]),
    ...(stated === null ? [] : [`the config states x${stated}`]),
  ].join('; ');
}

const told = ['forecast/note', 'forecast/cut-off', 'forecast/season', 'forecast/grain', 'forecast/like', 'history/withheld'];

/** What the plan says of the forecast of each load; the same of several is told once. */
function notes({ workloads }: CapacityPlan): Markup | null {
  const byText = new Map<string, string[]>();
  for (const name of Object.keys(workloads).sort())
    for (const { code, text } of workloads[name].reasons) if (told.includes(code)) byText.set(text, [...(byText.get(text) ?? []), name]);
  if (byText.size === 0) return null;
  return markup`<h3>Notes of the forecasts</h3><ul class="plain">${[...byText].map(
    ([text, names]) =>
      markup`<li><strong>${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}</strong>: ${text}</li>`,
  )}</ul>`;
}

function findingsTable(findings: readonly HistoryFinding[]): Markup {
  if (findings.length === 0) return markup`<p class="calm">The histories have nothing to look at.</p>`;
  const ordered = [...findings.filter(({ severity }) => severity === 'look'), ...findings.filter(({ severity }) => severity === 'note')];
  return markup`<h3>Findings of the histories</h3><ul class="findings">${ordered.map(
    ({ severity, path, from, message, consequence }) =>
      markup`<li><span class="tag ${severity === 'look' ? 'warn' : 'good'}">${severity}</span> <strong>${path}</strong>${from === null ? '' : `, ${dayText(timeOf(from))}`}: ${message}${consequence === null ? '' : `. ${consequence}`}</li>`,
  )}</ul>`;
}
