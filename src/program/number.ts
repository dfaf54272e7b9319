const HEX = /^0x[0-9a-f]+$/i;
const DECIMAL = /^\d+(?:\.\d+)?(?:e\+?\d{1,3})?$/i;
/** Digits in groups: `20_000`, and on a command line also `20,000`, as this program prints it. */
const UNDERSCORES = /^\d+(?:_\d+)+/;
const COMMAS = /^\d{1,3}(?:,\d{3})+/;

/**
 * The one syntax of numbers, for programs, options and tokens: `20000`, `20_000`, `2e4`, `0x4e20`.
 *
 * @param text - may have a sign
 * @param commas - true: `20,000` is a number too. Programs separate arguments by commas, so there it is none.
 * @returns undefined when the text is no whole number that a double holds exactly
 */
export function wholeNumber(text: string, commas = false): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  let digits = sign < 0 ? text.slice(1) : text;
  if (UNDERSCORES.test(digits)) digits = digits.replaceAll('_', '');
  else if (commas && COMMAS.test(digits)) digits = digits.replaceAll(',', '');
  if (!HEX.test(digits) && !DECIMAL.test(digits)) return undefined;
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) return undefined;
  return value === 0 ? 0 : sign * value;
}
