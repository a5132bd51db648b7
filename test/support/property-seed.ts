import * as fc from 'fast-check';

/**
 * Property tests draw the same cases in every run, so that a change is judged by what it changes. Other cases:
 * `PROPERTY_SEED=random npm test`, or the number that a failure named.
 */
const { PROPERTY_SEED: asked = '20261126' } = process.env;
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });
