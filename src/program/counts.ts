/** `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/**
 * A number and its noun: `1 command`, `2,000 commands`. Every output that counts something is made with it.
 *
 * @param many - the plural, where it is not the noun with an s
 */
export function plural(number: number, noun: string, many = `${noun}s`): string {
  return `${count(number)} ${count(number) === '1' ? noun : many}`;
}
