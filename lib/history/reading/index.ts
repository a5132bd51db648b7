export { leastObserved } from './aggregation';
export { createSeriesReader, placeOf, readSeries, type SeriesReader, type SourceName } from './series-reader';
