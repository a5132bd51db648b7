export { whileClaimed } from './claim';
export { type Output, writeTogether } from './write';
