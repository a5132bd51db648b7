export { bindingText, explain, shortAdvice } from './explain';
export { strategyNote } from './strategy-text';
