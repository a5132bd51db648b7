import { z } from 'zod';
import { parseUsdPerHour } from '../units';
import { positive, regionPattern, text } from './fields';

const price = text(positive(parseUsdPerHour), "an amount such as '1.95 USD/hour'", 'of one machine');

const byCapacity = {
  'on-demand': price.optional(),
  spot: price.optional(),
  reserved: price.optional(),
  'reserved-3y': price.optional(),
  'capacity-block': price.optional(),
};
const ofType = z.union([price, z.strictObject(byCapacity)]);

/** What machines cost the user, where that is not the list price: by instance type, for each region and capacity type if wanted. */
export const pricesSchema = z
  .record(z.string().min(1), z.union([price, z.object(byCapacity).catchall(ofType).superRefine(checkRegions)]))
  .default({})
  .meta({
    description:
      "prices of one's own by instance type, in place of the catalogue's: one for on-demand, or by capacity type (on-demand, spot, reserved for a year, reserved-3y, capacity-block), or either by region",
  });

function checkRegions(prices: Readonly<Record<string, unknown>>, ctx: z.RefinementCtx): void {
  for (const key of Object.keys(prices)) {
    if (Object.hasOwn(byCapacity, key) || regionPattern.test(key)) continue;
    ctx.addIssue({
      code: 'custom',
      path: [key],
      message: "must be on-demand, spot, reserved, reserved-3y, capacity-block or an AWS region such as 'eu-central-1'",
    });
  }
}

/** USD an hour of one instance type in the region of the config; what is left out is the catalogue's. */
export type OwnPrice = {
  readonly onDemand?: number;
  readonly spot?: number;
  readonly reserved?: number;
  readonly reserved3y?: number;
  readonly capacityBlock?: number;
};

/** The prices of one's own that hold in a region, by instance type. What is stated for the region goes before what is stated for all. */
export function pricesIn(region: string, prices: z.output<typeof pricesSchema>): Readonly<Record<string, OwnPrice>> {
  return Object.fromEntries(
    Object.entries(prices).flatMap(([type, stated]) => {
      const forAll = ownPrice(stated);
      const forRegion = typeof stated === 'number' || !Object.hasOwn(stated, region) ? {} : ownPrice(stated[region]);
      const both = { ...forAll, ...forRegion };
      return Object.keys(both).length === 0 ? [] : [[type, both]];
    }),
  );
}

function ownPrice(stated: number | z.output<z.ZodObject<typeof byCapacity>>): OwnPrice {
  if (typeof stated === 'number') return { onDemand: stated };
  const of = <Name extends keyof OwnPrice>(name: Name, value: number | undefined) => (value === undefined ? {} : { [name]: value });
  return {
    ...of('onDemand', stated['on-demand']),
    ...of('spot', stated.spot),
    ...of('reserved', stated.reserved),
    ...of('reserved3y', stated['reserved-3y']),
    ...of('capacityBlock', stated['capacity-block']),
  };
}
