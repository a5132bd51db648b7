export { completedFinding } from './cut-off';
export { ageFindings } from './gaps';
export { quality, type SeriesQuality } from './quality';
export { leastStrength } from './seasonality';
export { usabilityProblems } from './usability';
