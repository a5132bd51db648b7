import type { ProblemPage } from './page';

/** Codes of finding nodes for replicas within the limits. */
export const sizingCodes = {
  'sizing/no-fit': {
    title: 'A replica fits no node of its pool.',
    when: 'One replica asks for more GPUs, CPU or memory than the largest node of the pool has left for pods, after the kubelet, the system and the DaemonSets.',
    cure: 'Ask for less, or add a larger instance type to the pool.',
    example:
      "workloads.chat.replica: fits no node of pool 'l40s' (expected at most 1 GPU, 3.52 CPU, 27.6 GiB (g6e.xlarge, after the kubelet and DaemonSets), got 2 GPU, 3 CPU, 12 GiB). Hint: ask for less, or add a larger instance type to the pool",
  },
  'sizing/no-gpu': {
    title: 'No node of the pool has a GPU that the workload may use.',
    when: '`replica.gpuTypes` names GPUs that no instance type of the pool carries.',
    cure: 'Add an instance type with such a GPU to the pool, or allow another.',
    example:
      "workloads.chat.replica.gpuTypes: no instance type of pool 'l40s' has a GPU that chat may use (expected H100, got L40S). Hint: add an instance type with such a GPU to pools.l40s.instances",
  },
  'sizing/no-room': {
    title: 'No way was found to place all replicas within the limits.',
    when: 'No single limit is to blame: the sums fit, and whole nodes that hold whole replicas do not; or several limits bind together.',
    cure: 'Raise a limit a little, add instance types, or let fewer workloads share a pool.',
    example:
      'limits: no way was found to place all replicas on whole nodes within the limits, though their sums would fit. Hint: raise a limit a little, or let fewer workloads share a pool',
  },
  'sizing/budget': {
    title: 'The budget is too small.',
    when: 'In the month (730 h) that begins with the plan, which is its horizon and then ordinary time, the cheapest nodes that hold the demand cost more than `limits.budget`. What machines of a pool cost in any case is part of it.',
    cure: 'Raise the budget; allow more spot or cheaper instance types; or protect a lower quantile.',
    example:
      'limits.budget: the cheapest nodes that hold the demand cost 16,680 USD in the month that begins with the plan (4013 in the 7d of the plan, ordinary time for the rest at 16450 USD/month), the budget is 12,000: 4,680 short (expected at least 16,680 USD/month). Hint: raise it, allow more spot or cheaper instance types, or protect a lower quantile',
  },
  'sizing/quota': {
    title: 'A quota is too small.',
    when: 'At its peak the demand needs more vCPU than the quota of AWS in `limits.quotas` allows, for every mix of instance types of the pools.',
    cure: 'Ask AWS to raise the quota (days ahead), and then `limits.quotas`; or use types that count against another quota. The hint names what else would do.',
    example:
      'limits.quotas.L-DB2E81BA: quota L-DB2E81BA 64 vCPU is 32 vCPU short from 2026-11-27T05:00:00Z to 2026-11-27T23:00:00Z for pool l40s (expected at least 96 vCPU). Hint: raise it',
  },
  'sizing/ceiling': {
    title: 'The ceiling of a pool is too low.',
    when: 'The replicas of its workloads need more than `ceiling` of the pool allows.',
    cure: 'Raise it, or do what else the hint names.',
    example:
      'pools.l40s.ceiling: ceiling 12 GPU of pool l40s is 4 GPU short from 2026-11-27T05:00:00Z to 2026-11-27T23:00:00Z (expected at least 16 GPU). Hint: raise it',
  },
  'sizing/group-size': {
    title: 'A node group would hold more nodes than AWS allows.',
    when: 'The replicas of a pool need more nodes of an offering than a managed node group may have: 450, unless `limits.nodesPerGroup` states a raised quota. Other offerings of the pool take what they can first, and ceilings that no replica needs yet are lowered instead.',
    cure: 'Check the load and its unit first. Where it is right, add instance types or zones (each is a group of its own), or have the quota "Nodes per managed node group" raised and state it.',
    example:
      'limits.nodesPerGroup: node group limit 450 nodes of pool l40s is 62 nodes short from 2026-11-27T05:00:00Z to 2026-11-27T23:00:00Z (expected at least 512 nodes). Hint: raise it',
  },
  'sizing/spot-share': {
    title: 'The share of spot is too small.',
    when: 'The demand can only be held with more of a pool on spot than `limits.spotShare` allows, because the pool has too little else.',
    cure: "Raise the share, or add `'on-demand'` to the capacity of the pool.",
    example:
      "limits.spotShare: spot 50 % is 50 points short from 2026-11-24T00:00:00Z to 2026-12-01T00:00:00Z (expected at least 100 %). Hint: raise it, or add 'on-demand' to pools.l40s.capacity",
  },
  'sizing/spot-type': {
    title: 'Too much spot would be of one instance type.',
    when: 'The demand can only be held with more of the spot of a pool on one type than `limits.spotTypeShare` allows.',
    cure: 'Raise the share, or give the pool more instance types.',
    example:
      'limits.spotTypeShare: spot on one instance type 50 % is 50 points short from 2026-11-24T00:00:00Z to 2026-12-01T00:00:00Z (expected at least 100 %). Hint: raise it',
  },
  'sizing/zone-share': {
    title: 'Too much of a pool would lie in one zone.',
    when: 'The demand can only be held with more of a pool in one zone than `zoneShare` allows: few large nodes cannot be spread evenly, and a reservation lies in one zone.',
    cure: 'Raise the share, give the pool more zones, or add smaller instance types.',
    example:
      'pools.l40s.zoneShare: in one zone 50 % is 17 points short from 2026-11-24T00:00:00Z to 2026-12-01T00:00:00Z (expected at least 67 %). Hint: raise it',
  },
  'sizing/machines': {
    title: "One's own machines are too few.",
    when: "A pool with `provider: 'none'` is sized within the machines that its config lists, and these do not hold the replicas of its workloads.",
    cure: 'Add machines to the list once they are there, let replicas ask for less, or protect a lower quantile.',
    example: 'pools.own.machines[0].count: there are 4 nodes of big, 2 nodes short (expected at least 6 nodes). Hint: raise it',
  },
  'sizing/reservation': {
    title: 'A reservation holds too few machines.',
    when: 'Replicas fit on nothing but what a reservation or a capacity block holds, and it holds too little.',
    cure: 'Reserve more, or add instance types that can be ordered beside it.',
    example:
      'pools.h100.reservation.count: reservation cr-0abc of 2 nodes of p5.48xlarge is 1 nodes short (expected at least 3 nodes). Hint: raise it',
  },
  'sizing/reservation-time': {
    title: 'A reservation is not there when it is needed.',
    when: 'Replicas fit on nothing but what a reservation or a capacity block holds, at a time before it begins or after it ends.',
    cure: 'Reserve for longer, or add instance types that can be ordered beside it.',
    example:
      'pools.h100.reservation.to: capacity block cr-0abc can be used until 2026-11-27T11:30:00Z, and resnet needs nodes until 2026-11-28T02:00:00Z. Hint: reserve for longer, or add instance types to pools.h100.instances that can be ordered beside it',
  },
  'sizing/most-nodes': {
    title: 'An offering has too few nodes.',
    when: 'A sizing problem that is stated in code limits the nodes of an offering, and the demand needs more. Plans never state such a limit.',
    cure: 'Raise the limit, or add offerings.',
    example:
      'offerings.big.mostNodes: 3 nodes of big at most are 1 nodes short from 2026-11-24T00:00:00Z to 2026-11-24T01:00:00Z (expected at least 4 nodes). Hint: raise it',
  },
  'sizing/floor': {
    title: 'An offering has too many nodes at least.',
    when: 'A sizing problem asks for more nodes of an offering than its limits allow: nodes that stay on for their minimum up-time, or a floor that is stated in code.',
    cure: 'Lower the floor, or raise the limit that the hint names.',
    example:
      'offerings.big.leastNodes: floor 3 nodes of big is too high: 1 nodes short from 2026-11-24T00:00:00Z to 2026-11-24T01:00:00Z (expected at most 2 nodes). Hint: lower it',
  },
  'sizing/min-up-time': {
    title: 'Nodes that stay on for their minimum up-time leave too little room.',
    when: "A pool's `minUpTime` keeps nodes on after they are needed, and beside them a limit leaves no room for the nodes of the next hours.",
    cure: 'Shorten `minUpTime`, or raise the limit that the message names.',
    example:
      'pools.l40s.minUpTime: 6h keeps 4 nodes of l40s/g6e.xlarge/on-demand on at 2026-11-24T09:00:00Z, and beside them ceiling 6 GPU of pool l40s is 2 GPU short (expected pools.l40s.ceiling at least 8 GPU). Hint: shorten it, or raise that',
  },
  'sizing/ceiling-lowered': {
    title: 'The ceiling of a workload is lower than it would be.',
    weight: 'warning',
    when: 'Quotas, pool ceilings and the other workloads leave less room above the peak than the usual ceiling or the one that the config states: the autoscaler cannot add as much when the forecast is wrong.',
    cure: 'Raise the limit that binds (`foresize plan` lists them), or accept the lower ceiling by stating it.',
    example: 'workloads.chat.ceiling: is 8 in place of 12: the limits allow no more',
  },
  'sizing/reservation-zone': {
    title: 'The zone of a reservation is not stated.',
    weight: 'warning',
    when: 'The node group of a reservation spans all zones of the network, while the reserved machines lie in one: a node that AWS tries to start in another zone fails.',
    cure: 'State `zone` of the reservation, and name the zones in `limits.zones`.',
    example:
      "pools.h100.reservation.zone: is missing: the node group of cr-0abc spans all zones, and a node that AWS tries to start in another than the reservation's fails; state it (limits.zones must name the zones)",
  },
  'sizing/reservation-over': {
    title: 'A reservation was over before the plan begins.',
    weight: 'warning',
    when: 'The `to` of a reservation or a capacity block lies before the start of the plan: it has no node group and nothing uses it.',
    cure: 'Leave it out of the config.',
    example:
      'pools.h100.reservation.to: is before the plan: nodes of capacity block cr-0abc could be used until 2026-11-20T11:30:00Z, the plan begins at 2026-11-24T00:00:00Z and uses none of them; leave it out',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
