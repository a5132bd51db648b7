import { floorOptions } from '../../../lib/plan/strategy/floor-options';
import { usdAlone, reactiveDemand, scheduledDemand } from '../../../lib/plan/strategy/option';
import { chat, contextOf, slow, steep } from './support';

const waysOf = (fields: object = {}, path: readonly number[] = steep) => {
  const { context } = contextOf({ workload: { ...chat, ...fields }, protected: path });
  const [horizontal, reactive] = floorOptions(context);
  return { context, horizontal, reactive };
};
const podsMetric = { owner: 'manifests', metric: { kind: 'pods', name: 'x' } };

describe('the ways to lay floors', () => {
  test('are by the hour and flat, at the size that the config states, and start no replica anew', () => {
    const { context, horizontal, reactive } = waysOf();
    for (const { option, resources } of [horizontal, reactive]) {
      expect(option).toMatchObject({ size: null, restarts: 0 });
      expect(resources).toBe(context.input.resources);
    }
    expect([horizontal.option.name, reactive.option.name]).toEqual(['horizontal', 'reactive']);
  });
  test('by the hour are paid for as they are laid', () => {
    const { context, horizontal } = waysOf();
    const { schedule } = scheduledDemand(context, context.input).demand;
    expect(horizontal.demand.schedule).toEqual(schedule);
    expect(horizontal.option.usd).toBe(usdAlone(context, schedule, context.input.resources, context.offerings));
  });
  test('flat are paid for as the median load asks above them', () => {
    const { context, reactive } = waysOf({}, slow);
    const { paid } = reactiveDemand(context, context.input, scheduledDemand(context, context.input));
    expect(reactive.option.usd).toBe(usdAlone(context, paid, context.input.resources, context.offerings));
    expect(reactive.option.replicas?.most).toBe(Math.max(...paid.steps.map(({ value }) => value)));
  });
  test('by the hour need KEDA where manifests own the floor, and flat ones need nothing', () => {
    expect(waysOf().horizontal.option.needs).toBeNull();
    expect(waysOf(podsMetric).horizontal.option.needs).toBe("owner: 'keda', which moves floors by the hour");
    expect(waysOf(podsMetric).reactive.option.needs).toBeNull();
  });
  test('say how far ahead of the load they are, how high, and how long they are strained', () => {
    const { horizontal, reactive } = waysOf();
    const percent = (share: number | null) => Number((100 * (share ?? NaN)).toPrecision(3));
    expect(horizontal.option.why).toBe(
      `floors by the hour, 10m ahead of the protected load; strained ${percent(horizontal.option.strainedShare)} % of the time`,
    );
    expect(reactive.option.why).toMatch(/^one floor for the whole horizon: \d+, the lowest with which an autoscaler/);
    expect(reactive.option.why).toMatch(new RegExp(`; strained ${percent(reactive.option.strainedShare)} % of the time$`));
  });
});
