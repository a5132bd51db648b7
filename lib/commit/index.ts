/** What to commit to: courses of load over months, what nodes cost in them, and the portfolio at the least expected cost. */
export { drawFutures, type WeeklyLoads } from './futures';
export { seasonWeeks, weeksOfYear, weeksPerMonth } from './levels';
export { countNeed, type NeedCurve, type NodePrices, usdOf, worthOf } from './need';
export { choosePortfolio, keptPortfolio, type Portfolio, type Risk, usualRisk } from './portfolio';
