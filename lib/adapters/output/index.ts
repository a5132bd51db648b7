export { outputDifferences } from './compare';
export { type Place, tidyOutput, whileClaimed } from './claim';
export { type Output, writeTogether } from './write';
