export { decide } from './decide.ts';
export { outcomeOf } from './outcome-of.ts';
