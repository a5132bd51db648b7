import { digestOf } from '../../digest';
import { type CapacityPlan, spanOf } from '../../plan/file';
import type { Scorecard } from '../../simulate';
import { timeOf } from '../../units';
import type { HistoryFinding } from '../history-findings';
import type { Showback } from '../showback';
import { attentionSection, limitsSection } from './attention';
import { calendarSection } from './calendar';
import { costSection } from './cost';
import { dataSection } from './data';
import type { ObservedPath } from './load-plot';
import { type Markup, markup } from './markup';
import { overridesSection } from './overrides';
import { overviewTable } from './overview';
import { dayText, momentText } from './plot';
import { poolsSection } from './pools';
import { scorecardSection } from './scorecard';
import { showbackSection } from './showback';
import { script } from './script';
import { style } from './style';
import { summarySection } from './summary';
import { workloadDetails } from './workload';

/** What was read of the histories of a plan, beside what the plan itself holds of them. */
export type ReportedHistory = {
  /** The load of workloads as observed, by their names. */
  readonly observed: Readonly<Record<string, ObservedPath>>;
  readonly findings: readonly HistoryFinding[];
};

/** What is shown beside what the plan holds; `null` where it is not there. */
export type BesidePlan = {
  readonly history?: ReportedHistory | null;
  readonly scorecard?: Scorecard | null;
  readonly showback?: Showback | null;
};

/** Of plans with more workloads each of them is opened by the reader. */
const mostOpen = 6;
/** Of plans with more workloads, tables are left out that the chains of reasons repeat. */
const mostInFull = 100;

type Section = { readonly id: string; readonly title: string; readonly body: Markup };

/**
 * A plan as a page of HTML that needs nothing else: no file, no network, and no script to be read. The same plan gives the same bytes.
 *
 * @throws ProblemError `package/missing` where the library that draws charts is not installed
 */
export function reportPage(plan: CapacityPlan, beside: BesidePlan = {}): string {
  const sections = sectionsOf(plan, beside);
  const { name, region, asOf, validUntil, dataThrough, digest, foresize } = plan;
  const { start, end } = spanOf(plan);
  const title = `Capacity of ${name}, ${dayText(start)} to ${dayText(end)}`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header><p>Capacity plan</p><h1>${name}</h1><ul class="facts-line"><li><b>${dayText(start)}</b> to <b>${dayText(end)}</b></li><li>region <b>${region}</b></li><li>made for <b>${momentText(timeOf(asOf))}</b></li><li>data until <b>${momentText(timeOf(dataThrough))}</b></li><li>may be deployed until <b>${momentText(timeOf(validUntil))}</b></li></ul></header>
<div class="layout">
<nav aria-label="Contents"><ul>${sections.map((section) => markup`<li><a href="#${section.id}">${section.title}</a></li>`)}</ul></nav>
<main id="main">
${sections.map((section) => markup`<section aria-labelledby="${section.id}"><h2 id="${section.id}">${section.title}</h2>${section.body}</section>\n`)}</main>
</div>
<footer>Made from the plan <code>${digest}</code>${foresize === undefined ? '' : ` by foresize ${foresize}`}. All times are UTC, dollars are US dollars. What one of these figures follows from: <code>foresize explain NAME --at TIME</code>.</footer>
<script>${{ html: script }}</script>
</body>
</html>
`;
  return page.html;
}

/** The parts of the page, in their order. */
function sectionsOf(plan: CapacityPlan, { history = null, scorecard = null, showback = null }: BesidePlan): readonly Section[] {
  const names = Object.keys(plan.workloads).sort();
  const view = { isOpen: names.length <= mostOpen, isBrief: names.length > mostInFull };
  const items = names.map((name) => workloadDetails(plan, name, view, history?.observed[name] ?? null));
  const workloads = markup`<div class="tools" hidden><input type="search" aria-label="Workloads by name" placeholder="Filter by name"><button type="button">Open all</button><button type="button">Close all</button><span role="status"></span></div><div class="panel">${overviewTable(plan)}</div>${items}`;
  const overrides = overridesSection(plan);
  const calendar = calendarSection(plan);
  return [
    { id: 'summary', title: 'Summary', body: summarySection(plan) },
    { id: 'attention', title: 'What needs attention', body: attentionSection(plan) },
    { id: 'workloads', title: 'Workloads', body: workloads },
    ...(calendar === null ? [] : [{ id: 'calendar', title: 'Work that may wait', body: markup`<div class="panel">${calendar}</div>` }]),
    ...(overrides === null ? [] : [{ id: 'overrides', title: 'Overrides', body: markup`<div class="panel">${overrides}</div>` }]),
    ...(scorecard === null
      ? []
      : [{ id: 'scorecard', title: 'Scorecard', body: markup`<div class="panel">${scorecardSection(scorecard, names)}</div>` }]),
    { id: 'nodes', title: 'Nodes', body: poolsSection(plan) },
    { id: 'cost', title: 'Cost', body: markup`<div class="panel">${costSection(plan)}</div>` },
    ...(showback === null
      ? []
      : [{ id: 'showback', title: 'Who pays', body: markup`<div class="panel">${showbackSection(showback)}</div>` }]),
    { id: 'limits', title: 'Limits that bind', body: markup`<div class="panel">${limitsSection(plan)}</div>` },
    { id: 'data', title: 'Data', body: markup`<div class="panel">${dataSection(plan, history?.findings ?? null)}</div>` },
  ];
}

/** What the page may do: run this script and use its own style. Nothing may be loaded, asked or sent. */
function policy(): string {
  const hash = Buffer.from(digestOf(script).replace('sha256:', ''), 'hex').toString('base64');
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}
