/** A whole config, replayed in dollars. */
export { fleetOf } from './config-fleet';
export { type FleetOutcome, type FleetPolicyName, type FleetTerm, replayFleet } from './replay-fleet';
