export { decide, type Decision } from './strategy';
