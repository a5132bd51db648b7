/** A figure of a page with its place in the plan. */
export type ShownFigure = { readonly of: string; readonly value: number };

/** The figures of a page that name their places in the plan. */
export function figuresIn(page: string): ShownFigure[] {
  return [...page.matchAll(/<data value="([^"]*)" data-of="([^"]*)">/g)].map(([, value, of]) => ({ of, value: Number(value) }));
}

/** What stands at a place such as `sources.history.chat.load.observations`, of which names may hold dots themselves. */
export function valueIn(data: unknown, path: string): unknown {
  if (path === '') return data;
  const parts = path.split('.');
  for (let count = 1; count <= parts.length; count++) {
    const key = parts.slice(0, count).join('.');
    if (typeof data === 'object' && data !== null && Object.hasOwn(data, key)) {
      const found = valueIn((data as Record<string, unknown>)[key], parts.slice(count).join('.'));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
