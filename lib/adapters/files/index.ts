/** History in files: CSV, NDJSON and Parquet. */
export { splitFields } from './open';
export { type FileHistoryOptions, fileHistoryReader } from './reader';
