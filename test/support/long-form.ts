/** `npm run test:faults` does more of the same: what a search finds now and then should be looked for longer. */
export const IS_LONG_FORM = process.env['CANARY_TEST_LONG'] === '1';
