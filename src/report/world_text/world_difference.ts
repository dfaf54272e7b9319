/**
 * Two worlds as one text: lines that went have `-`, lines that came have `+`, and lines in both are folded, except
 * those that `shows` wants to see.
 *
 * @param before, after - lines of `worldLines`; each begins with a name or a page of its own
 */
export function worldDifference(
  before: readonly string[],
  after: readonly string[],
  shows: (line: string) => boolean,
): string[] {
  const kept = new Set(after);
  const was = new Set(before);
  const lines: string[] = [];
  let alike = 0;
  const fold = (): void => {
    if (alike > 0) lines.push(`  … ${alike} alike`);
    alike = 0;
  };
  const same = (line: string): void => {
    if (!shows(line)) {
      alike++;
      return;
    }
    fold();
    lines.push(`  ${line}`);
  };
  const gone = before.filter((line) => !kept.has(line));
  for (const line of after) {
    if (was.has(line)) {
      same(line);
      continue;
    }
    fold();
    const old = gone.findIndex((one) => ownerOf(one) === ownerOf(line));
    if (old >= 0) lines.push(`- ${gone.splice(old, 1)[0]}`);
    lines.push(`+ ${line}`);
  }
  fold();
  return [...gone.map((line) => `- ${line}`), ...lines];
}

/** The name or page that a line is about. */
function ownerOf(line: string): string {
  return line.slice(0, line.indexOf(':'));
}
