/**
 * Characters that editors, mail programs and web pages put in the place of plain ones, by the names of Unicode, with
 * the plain one.
 */
const LOOK_ALIKES: Readonly<Record<string, readonly [name: string, plain: string]>> = {
  '\0': ['NULL', ''],
  '\r': ['CARRIAGE RETURN', ''],
  '\u00a0': ['NO-BREAK SPACE', ' '],
  '\u00ad': ['SOFT HYPHEN', ''],
  '\u2007': ['FIGURE SPACE', ' '],
  '\u2009': ['THIN SPACE', ' '],
  '\u200b': ['ZERO WIDTH SPACE', ''],
  '\u200e': ['LEFT-TO-RIGHT MARK', ''],
  '\u2010': ['HYPHEN', '-'],
  '\u2011': ['NON-BREAKING HYPHEN', '-'],
  '\u2013': ['EN DASH', '-'],
  '\u2014': ['EM DASH', '-'],
  '\u2018': ['LEFT SINGLE QUOTATION MARK', "'"],
  '\u2019': ['RIGHT SINGLE QUOTATION MARK', "'"],
  '\u201c': ['LEFT DOUBLE QUOTATION MARK', "'"],
  '\u201d': ['RIGHT DOUBLE QUOTATION MARK', "'"],
  '\u202f': ['NARROW NO-BREAK SPACE', ' '],
  '\u2212': ['MINUS SIGN', '-'],
  '\u3000': ['IDEOGRAPHIC SPACE', ' '],
  '\ufeff': ['ZERO WIDTH NO-BREAK SPACE', ''],
  '\ufffd': ['REPLACEMENT CHARACTER', ''],
  '\uff08': ['FULLWIDTH LEFT PARENTHESIS', '('],
  '\uff09': ['FULLWIDTH RIGHT PARENTHESIS', ')'],
  '\uff0c': ['FULLWIDTH COMMA', ','],
  '\uff1a': ['FULLWIDTH COLON', ':'],
};
/** Everything but printable ASCII and the tab. */
const STRANGE = /[^\x20-\x7e\t]/u;
const CONTROL = /\p{C}/u;

/** Position of the first character outside comments that no program has; -1: the line has none. */
export function strangeCharacter(line: string): number {
  const at = line.search(STRANGE);
  const comment = line.indexOf('#');
  return comment >= 0 && at > comment ? -1 : at;
}

/** The character as an error names it, with what to write instead: `U+00A0 NO-BREAK SPACE; write ' '`. */
export function characterText(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const known = LOOK_ALIKES[character];
  if (known === undefined) return CONTROL.test(character) ? `U+${code}` : `U+${code} '${character}'`;
  const [name, plain] = known;
  const instead = plain === "'" ? `write "'"` : plain === '' ? 'leave it out' : `write '${plain}'`;
  return `U+${code} ${name}; ${instead}`;
}
