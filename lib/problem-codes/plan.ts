import type { ProblemPage } from './page';

/** Codes of the plan and its file. */
export const planCodes = {
  'plan/horizon': {
    title: 'The horizon is longer than the history can bear.',
    when: 'It is longer than half of the history of a signal, and longer than a week: nothing so far ahead can be tested on the rest.',
    cure: 'Shorten `horizon`, or give more history. Plans are made anew every day or week; the horizon need not reach further than the next one or two.',
    example:
      'horizon: is longer than half of the 84d of history that chat.load has (csv chat.csv): nothing so far ahead can be tested (expected at most 42d, got 400d). Hint: shorten the horizon, or give more history',
  },
  'plan/missing': {
    title: 'There is no plan.',
    when: 'A command that only uses a plan finds no file: beside the config, or where `--plan` says.',
    cure: 'Run `foresize plan` and commit the file.',
    example: 'capacity-plan.json: does not exist. Hint: run `foresize plan` first',
  },
  'plan/outside': {
    title: 'The plan does not speak of the moment that is asked for.',
    when: '`explain --at` names a time before the plan begins or after its horizon.',
    cure: 'Ask for a moment within the horizon, or plan again.',
    example:
      '--at: is a moment that the plan does not speak of (expected from 2026-11-23T00:00:00Z up to 2026-11-30T00:00:00Z, got 2026-12-01T00:00:00Z). Hint: ask for one within, or plan again',
  },
  'plan/unreadable': {
    title: 'The file of the plan cannot be read.',
    when: 'The file is there, and the system refuses to open it; or it is a folder.',
    cure: 'Check its permissions, or name another file with `--plan`.',
    example: 'capacity-plan.json: cannot be read: EISDIR: illegal operation on a directory, read. Hint: name another file with --plan',
  },
  'plan/expired': {
    title: 'The plan may no longer be deployed.',
    when: '`foresize check` finds that `validUntil` of the plan has passed by the clock, or by `--as-of`.',
    cure: 'Plan again with a history that is up to date, and review the new plan.',
    example:
      'capacity-plan.json: expired 3 days ago, at 2026-11-30T00:00:00Z: Terraform refuses to deploy it. Hint: run `foresize plan` with a history that is up to date, and review the new plan',
  },
  'plan/not-reviewed': {
    title: 'The plan is another one than was reviewed.',
    when: '`foresize check --reviewed` is given the digest of a plan, or a revision of git that holds one, and the plan that is there is another.',
    cure: 'Deploy the commit that was reviewed, or propose and review the plan that is there.',
    example:
      'capacity-plan.json: is not the plan that was reviewed (expected sha256:1f2e..., got sha256:9a0b...). Hint: deploy the commit that was reviewed, or have this plan reviewed',
  },
  'plan/other-catalog': {
    title: 'The plan was made with another catalogue.',
    when: '`foresize check` finds that the instance types and prices of this foresize are not those that the plan was made with: another version made it.',
    cure: 'Plan again and review the new plan, or check with the version that made it.',
    example:
      'capacity-plan.json: was made with another catalogue of instance types and prices than this foresize has. Hint: run `foresize plan` and review the new plan, or check with the version of foresize that made it',
  },
  'plan/no-base': {
    title: 'There is nothing to compare the plan with.',
    when: 'The folder is in no git repository, git is not installed, the revision is not known, or the plan at it is of an older form.',
    cure: 'Name another revision (`foresize diff origin/main`), or the file of a plan. In a shallow clone fetch the revision first.',
    example:
      'capacity-plan.json: cannot be compared with nightly, which is neither a file nor a revision that git knows. Hint: name another, such as HEAD~1, main, or the file of a plan; a shallow clone holds only the newest: fetch the one that is wanted',
  },
  'plan/not-json': {
    title: 'The file of the plan is not JSON.',
    when: 'Mostly a merge conflict was committed, or the file was cut off.',
    cure: 'Run `foresize plan --fresh`, which writes the file anew, and review the result. Never resolve a conflict in a plan by hand: plan again.',
    example: 'capacity-plan.json: is not JSON. Hint: a merge conflict or a cut file; run `foresize plan --fresh` to write it anew',
  },
  'plan/schema': {
    title: 'The plan has a schema version that is not read here.',
    when: '`schema` is missing or is another number than the one this foresize reads. Nothing else of the file is believed. `foresize plan` makes a plan of an older version anew (`plan/older-form`); every other command refuses it, and all refuse a newer one, which another foresize may still use.',
    cure: 'Of an older version: run `foresize plan` and review the new plan. Of a newer one: use the version of foresize that wrote it, or plan anew with the one that is here: `foresize plan --fresh`.',
    example:
      'capacity-plan.json: has a schema version that this foresize does not read (expected 2, got 1). Hint: an earlier foresize wrote it: run `foresize plan`, which makes it anew, and review the new plan',
  },
  'plan/older-form': {
    title: 'The plan that is there has an older form, and is made anew.',
    when: 'An earlier foresize wrote it, and the form of the file has changed since. A warning of `foresize plan` and `foresize synth --refresh`: an upgrade of foresize opens this one change. Floors, ceilings, the strategy in force and the cost count as those of the plan before, so that guardrails hold and a workload whose forecast is withheld keeps its size and autoscaler. Replays of loads are made anew, since they may have been made on other terms.',
    cure: 'Review the new plan once, and commit it. Until then `foresize synth --frozen` of the new version refuses the old file.',
    example:
      'capacity-plan.json: is of form 1 by foresize 0.1.0, and is made anew in form 2; its sizes, strategies and cost are taken for those of the plan before, its replays are made anew; sizes that differ: workloads.chat.ceiling 12 (now 14)',
  },
  'plan/edited': {
    title: 'The plan was edited by hand.',
    when: 'The digest in the file is not that of its content: somebody changed a number, or a merge joined two plans. What is deployed must be what was planned and reviewed.',
    cure: 'Restore the file from version control. To change a size, change the config (`floor`, `ceiling`, an event) and run `foresize plan`.',
    example:
      'capacity-plan.json: was edited by hand: its digest does not match its content. Hint: change the config and run `foresize plan`, or restore the file from version control',
  },
  'plan/other-version': {
    title: 'The plan was made by another version of foresize, and not all of it can be read.',
    when: 'The plan names the version that made it, that is not the one that reads it, and fields are unknown, missing or of another type. A plan of another version that can be read is no problem.',
    cure: 'Use the version that made it on this machine too, or plan anew with the one that is here: `foresize plan --fresh`.',
    example:
      'capacity-plan.json: was made by foresize 0.9.0, and foresize 0.1.0 does not read all of it. Hint: use foresize 0.9.0, or run `foresize plan --fresh` to write it anew',
  },
  'plan/missing-field': {
    title: 'A field of the plan is missing.',
    when: 'The plan is of the right schema version, and a field that every plan has is not there.',
    cure: 'Restore the file from version control, or plan anew: `foresize plan --fresh`. `docs/plan.schema.json` describes every field.',
    example:
      'capacity-plan.json: workloads.chat.floor: is missing (expected a number). Hint: restore the file from version control, or run `foresize plan --fresh` to write it anew',
  },
  'plan/unknown-field': {
    title: 'The plan has a field that this foresize does not know.',
    when: 'Mostly the plan was made by a later version. The field is refused, not skipped: it may say something that what is deployed depends on.',
    cure: 'Use the version of foresize that made the plan, or plan anew: `foresize plan --fresh`.',
    example:
      'capacity-plan.json: workloads.chat.pauses: is no field of a plan that this foresize knows. Hint: restore the file from version control, or run `foresize plan --fresh` to write it anew',
  },
  'plan/wrong-field': {
    title: 'A field of the plan holds something that it cannot.',
    when: 'A field is of another type, or is none of the values that are possible. Where more than 20 fields are wrong, the last problem tells how many more there are.',
    cure: 'Restore the file from version control, or plan anew: `foresize plan --fresh`. `docs/plan.schema.json` describes every field.',
    example:
      'capacity-plan.json: workloads.chat.ceiling: is not what a plan holds here (expected a number, got "12"). Hint: restore the file from version control, or run `foresize plan --fresh` to write it anew',
  },
  'plan/out-of-range': {
    title: 'A field of the plan holds what no plan can hold.',
    when: 'A count is no whole number, money is below zero, a share is above 1, a time is none, a name holds other characters than names do. The plan was made by something else than foresize, which its digest does not show where that was made anew.',
    cure: 'Restore the file from version control, or run `foresize plan`, which says what it drops of the file.',
    example:
      'capacity-plan.json: workloads.chat.floor: is not what a plan can hold here (expected a whole number, at least 0, got 2.5). Hint: restore the file from version control, or run `foresize plan` to make it anew',
  },
  'plan/contradiction': {
    title: 'Fields of the plan contradict each other.',
    when: 'A floor is above its peak or ceiling, a schedule leaves the horizon or does not reach the peak that stands beside it, nodes have less than their replicas ask for, or parts do not add up to the whole.',
    cure: 'Restore the file from version control, or run `foresize plan`, which says what it drops of the file.',
    example:
      'capacity-plan.json: workloads.chat.floor: is 9, above the peak of 6. Hint: restore the file from version control, or run `foresize plan` to make it anew',
  },
  'plan/not-of-config': {
    title: 'The plan says other than its config.',
    when: 'The plan names the digest of the config, and its name, region, times, workloads, pools, instance types or limits are not those of the config.',
    cure: 'Run `foresize plan` to make the plan anew.',
    example:
      'capacity-plan.json: pools.l40s.groups[0].instanceType: is not what the config says (expected g6e.xlarge or g6e.12xlarge, got "p5.48xlarge"). Hint: run `foresize plan` to make the plan anew',
  },
  'plan/dropped': {
    title: 'The plan that is there is not taken for the plan before.',
    when: 'It was edited by hand, holds what no plan can hold, or is no JSON, after a merge for example. A warning of `foresize plan` and `foresize synth --refresh`: the plan is made anew as if there were none, so that guardrails and stickiness have nothing to go by.',
    cure: 'Look at the sizes that are named: an urgent change belongs in the config, as a `floor` or `ceiling` of the workload.',
    example:
      'capacity-plan.json: was edited by hand: its digest does not match its content; it is not taken for the plan before and is made anew; dropped with it: workloads.chat.floor 60 (now 6)',
  },
  'plan/other-config': {
    title: 'The plan was made from another config.',
    when: 'A field of the config that can change a size has changed since the plan was made: the sizes in it no longer belong to the config. Image tags, commands and the like do not count.',
    cure: 'Run `foresize plan`, review the new plan and commit it beside the config.',
    example:
      'capacity-plan.json: was made from another config: a field that can change a size has changed since (expected sha256:1f0c92ab77e4, got sha256:96f6f994ab52). Hint: run `foresize plan` and review the new plan',
  },
  'plan/unknown-name': {
    title: 'The plan has no workload or pool of that name.',
    when: '`foresize explain NAME` names something that is not in the plan.',
    cure: 'Use one of the names in the hint. A workload that was just added to the config is in the plan once it was made anew.',
    example: 'chats: is neither a workload nor a pool of the plan. Hint: names are: chat, images, l40s, general',
  },
  'plan/no-time': {
    title: 'Nothing says for when to plan.',
    when: 'No workload has a history from whose end the plan could begin, as with training jobs alone, and `--as-of` is not given.',
    cure: 'Give `--as-of TIME`, or `forecast.from` in the config.',
    example: 'config: has no history to take the time from. Hint: give --as-of TIME, or forecast.from in the config',
  },
  'plan/no-efa': {
    title: 'An instance type without EFA is in a pool that asks for it.',
    when: 'A pool has `efa`, and one of its types has no EFA interface, or one whose network cards foresize does not know (p6-b300).',
    cure: 'Choose types that have EFA, or leave `efa` out.',
    example: "pools.h100.instances: 'g6e.xlarge' has no EFA interface, in a pool with efa. Hint: choose a type with EFA, or leave efa out",
  },
  'plan/no-gpu': {
    title: 'An instance type without a GPU is in a pool with GPUs.',
    when: 'A `gpuPool`, or a reservation in it, names a type that carries none.',
    cure: 'Choose a type with GPUs, or make it a `pool`.',
    example: "pools.l40s.instances: 'm7i.xlarge' has no GPU, in a pool with GPUs. Hint: choose a type with GPUs, or make it a pool",
  },
  'plan/no-live-floor': {
    title: 'Nothing was learned for a live floor.',
    when: "`owner: 'live'` or `owner: 'operate'` of a workload whose load is known for less than eight days, whose history cannot be used, or that is not replayed: its coefficients are learned in the replay, and the rules look a week back.",
    cure: "Do what the message names, keep samples for eight days or more where Prometheus stores them, or leave the floor to the schedule: `owner: 'keda'`.",
    example:
      "workloads.chat.owner: is 'live', and nothing was learned for it: its load is known for 5 days (expected 8 days or more). Hint: keep samples for longer, or owner: 'keda'",
  },
  'plan/too-many-actions': {
    title: 'The schedule of a node group needs more actions than AWS takes.',
    when: "A pool with `owner: 'schedule'` moves its floor by scheduled actions, of which an Auto Scaling group takes 125.",
    cure: "Shorten the horizon, lengthen the period, or use `owner: 'autoscaler'`.",
    example:
      "pools.l40s.owner: 'schedule' needs 168 scheduled actions for one group, and a group holds 125. Hint: shorten the horizon, lengthen the period, or use owner: 'autoscaler'",
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
