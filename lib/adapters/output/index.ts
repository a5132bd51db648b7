export { tidyOutput, whileClaimed } from './claim';
export { type Output, writeTogether } from './write';
