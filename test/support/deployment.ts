import { join } from 'node:path';
import { buildTerraform } from '../../constructs/aws/app';
import type { CapacityConfig } from '../../lib/config/schema';
import type { CapacityPlan } from '../../lib/plan/file/types';
import type { AwsEmulator } from './aws-emulator';
import { temporaryFolder } from './foresize';
import { terraformIn, type TerraformRun } from './terraform';

export type Sizes = { readonly minSize: number; readonly desiredSize: number; readonly maxSize: number };

/** A project whose emitted JSON the real Terraform deploys onto an emulator. */
export type Deployment = {
  /** Writes the JSON of a plan. */
  readonly synthesize: (plan: CapacityPlan, config?: CapacityConfig) => void;
  /** Runs Terraform in the folder of a stack, which it initialises first where it must. */
  readonly run: (stack: string, command: string, ...args: readonly string[]) => Promise<TerraformRun>;
  /** What the Auto Scaling group of a node group has. */
  readonly sizesOf: (groupName: string) => Promise<Sizes>;
  /** The name of the Auto Scaling group of a node group. */
  readonly autoscalingGroupOf: (groupName: string) => Promise<string>;
  /** What cluster-autoscaler does: it sets the desired size of the Auto Scaling group, and EKS is not told. */
  readonly moveLive: (groupName: string, desiredSize: number) => Promise<unknown>;
  /** The names of the node groups of the cluster. */
  readonly groupNames: () => Promise<readonly string[]>;
};

export function deployment(emulator: AwsEmulator, config: CapacityConfig, clusterName = config.name): Deployment {
  const outdir = join(temporaryFolder(), 'cdktf.out');
  const terraform = terraformIn(emulator.environment);
  const initialised = new Set<string>();
  const autoscalingGroupOf = async (groupName: string): Promise<string> => {
    const answer = (await emulator.call('eks', `/clusters/${clusterName}/node-groups/${groupName}`)) as NodeGroupAnswer;
    return answer.nodegroup.resources.autoScalingGroups[0].name;
  };
  const autoscaling = async (action: string, fields: Readonly<Record<string, string>>): Promise<string> =>
    String(await emulator.call('autoscaling', '/', String(new URLSearchParams({ Action: action, Version: '2011-01-01', ...fields }))));
  return {
    synthesize: (plan, changed = config) => buildTerraform({ config: changed, plan, outdir }),
    run: async (stack, command, ...args) => {
      const folder = join(outdir, 'stacks', stack);
      if (!initialised.has(stack)) expect(await terraform(folder, 'init', '-input=false', '-no-color')).toMatchObject({ status: 0 });
      initialised.add(stack);
      return terraform(folder, command, '-no-color', ...(command === 'show' ? [] : ['-input=false']), ...args);
    },
    sizesOf: async (groupName) => {
      const answer = await autoscaling('DescribeAutoScalingGroups', {
        'AutoScalingGroupNames.member.1': await autoscalingGroupOf(groupName),
      });
      const size = (name: string) => Number(new RegExp(`<${name}>(\\d+)</${name}>`).exec(answer)?.[1]);
      return { minSize: size('MinSize'), desiredSize: size('DesiredCapacity'), maxSize: size('MaxSize') };
    },
    autoscalingGroupOf,
    moveLive: async (groupName, desiredSize) =>
      autoscaling('SetDesiredCapacity', {
        AutoScalingGroupName: await autoscalingGroupOf(groupName),
        DesiredCapacity: String(desiredSize),
      }),
    groupNames: async () => ((await emulator.call('eks', `/clusters/${clusterName}/node-groups`)) as { nodegroups: string[] }).nodegroups,
  };
}

type NodeGroupAnswer = { readonly nodegroup: { readonly resources: { readonly autoScalingGroups: readonly { readonly name: string }[] } } };
