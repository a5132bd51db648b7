export { decideStrategy, type StrategyDecision } from './strategy';
