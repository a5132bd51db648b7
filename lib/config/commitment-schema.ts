import { z } from 'zod';
import { parseGrowth } from '../units';
import { count, text, time } from './fields';

/** What is known of months to come: what is paid for already, and how loads grow. */

export const commitmentSchema = z
  .strictObject({
    instance: z.string().min(1).meta({ description: 'instance type that it is for' }),
    count,
    until: time,
  })
  .meta({ id: 'Commitment', description: 'reserved instances that are paid for already, and until when' });

/** Share a month: of all workloads, or by workload. */
export const growthSchema = z
  .union([growthText(), z.record(z.string(), growthText())])
  .meta({ description: "how loads grow from now on, where that is known better than history shows it: '5 %/month', or so by workload" });

function growthText() {
  return text(parseGrowth, "a share such as '5 %/month' or '-20 %/year'");
}
