/** `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** `12 %`; `<1 %` for a smaller share above 0, and at most `99 %` for a part below the whole. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '-';
  const share = (part / whole) * 100;
  return `${part > 0 && share < 1 ? '<1' : share > 99 && part < whole ? '99' : share.toFixed(0)} %`;
}

export function seconds(value: number): string {
  return value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

/** A number and its noun: `1 command`, `2,000 commands`. */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
