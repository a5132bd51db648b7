export { type ReportedHistory, reportPage } from './page';
