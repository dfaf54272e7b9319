/**
 * How much the drawn tests draw, as a multiple of what `npm test` draws in CI: `SKBCHECK_EFFORT=10 npm test` before a
 * release. A number below 1 is for a look in between.
 */
const EFFORT = Number(process.env.SKBCHECK_EFFORT ?? 1);
if (!(EFFORT > 0)) throw new Error(`SKBCHECK_EFFORT=${process.env.SKBCHECK_EFFORT} is no number above 0`);

/**
 * Returns how many programs, commands or rounds a test draws.
 * @param count - the number in CI
 */
export const effort = (count: number): number => Math.max(1, Math.round(count * EFFORT));
