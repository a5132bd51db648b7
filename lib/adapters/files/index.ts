/** History in files: CSV, NDJSON and Parquet. */
export { splitFields } from './dialect';
export { type FileHistoryOptions, fileHistoryReader } from './reader';
