/**
 * Lines `name=value`, as init answers questions about its kernel. A line without `=` is skipped; a name may come twice.
 * @param text - of a reply
 */
export function linesOf(text: string): (readonly [name: string, value: string])[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
  });
}
