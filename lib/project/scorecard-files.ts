import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Scorecard } from '../simulate';
import { formatTime } from '../units';

/** The newest card beside a plan; `null` where there is none that can be read. */
export function newestCard(planFile: string): Scorecard | null {
  return cardsBeside(planFile).at(-1) ?? null;
}

/** Where the cards of a plan are. */
export const cardsFolder = (planFile: string): string => join(dirname(planFile), 'capacity-scorecard');

function cardsBeside(planFile: string): readonly Scorecard[] {
  const folder = cardsFolder(planFile);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{4}-W\d{2}\.json$/.test(name))
    .sort()
    .flatMap((name) => readCard(join(folder, name)) ?? []);
}

const form: Scorecard['form'] = 1;

/** A card that is cut off or of another form is as none: it is made anew for its week. */
function readCard(file: string): Scorecard | null {
  try {
    const card = JSON.parse(readFileSync(file, 'utf8')) as Partial<Scorecard>;
    return card.form === form && card.workloads !== undefined && card.to !== undefined ? (card as Scorecard) : null;
  } catch {
    return null;
  }
}

/** The card of the week that ends where this one begins. */
export function previousCard(planFile: string, from: number): Scorecard | null {
  return cardsBeside(planFile).find(({ to }) => to === formatTime(from)) ?? null;
}
