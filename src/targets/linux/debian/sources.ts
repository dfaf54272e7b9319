/** Debian's repositories, from the system's own sources: texts in, a text out. */

/** One entry of apt's sources: where packages are, and who signs them. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** A keyring, or the key itself as a field of several lines. */
  readonly signedBy?: string;
  /** Other options that say how far the repository is trusted, as fields of a `.sources` file. */
  readonly trust?: readonly string[];
}

/** The releases of Debian whose kernels are looked for, oldest first. Their backports have the newest kernels. */
const RELEASES = ['bookworm', 'trixie'];
/** Options that an image of an old snapshot, or a mirror of one's own, needs. */
const TRUST = ['Trusted', 'Check-Valid-Until', 'Allow-Insecure'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Reads a file of apt's sources in either of its formats (sources.list(5)).
 * @param text - its content
 * @param isDeb822 - true for a `.sources` file
 */
export function parseSources(text: string, isDeb822: boolean): AptSource[] {
  return isDeb822 ? text.split(/\n\s*\n/).flatMap(stanza) : text.split('\n').flatMap(oneLine);
}

function stanza(text: string): AptSource[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  // A line that begins with a blank goes on with the field before it.
  const fields = new Map<string, string>();
  let last = '';
  for (const line of lines) {
    const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) fields.set((last = name.toLowerCase()), value);
    else if (/^\s/.test(line)) fields.set(last, `${fields.get(last) ?? ''}\n${line}`);
  }
  const words = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
  if (!words('types').includes('deb') || /^(no|false|off|without|disable|0)$/i.test(words('enabled')[0] ?? ''))
    return [];
  const signedBy = fields.get('signed-by');
  const trust = TRUST.flatMap((name) =>
    fields.has(name.toLowerCase()) ? `${name}: ${words(name.toLowerCase())[0]}` : [],
  );
  const [suites, components] = [words('suites'), words('components')];
  return words('uris').map((uri) => ({ uri, suites, components, ...(signedBy && { signedBy }), trust }));
}

function oneLine(line: string): AptSource[] {
  const [, options = '', uri, suite, rest] = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
  if (uri === undefined) return [];
  const option = (name: string): string | undefined => new RegExp(`${name.toLowerCase()}=(\\S+)`).exec(options)?.[1];
  const signedBy = option('Signed-By');
  const trust = TRUST.flatMap((name) => (option(name) === undefined ? [] : `${name}: ${option(name)}`));
  return [{ uri, suites: [suite], components: rest.split(/\s+/), ...(signedBy && { signedBy }), trust }];
}

/**
 * The sources of all kernels of Debian, from the system's: the same repositories, and more of their suites. Empty when
 * the system has no source of Debian itself.
 * @param system - the system's sources
 */
export function archiveSources(system: readonly AptSource[]): string {
  const main = system.filter(({ components }) => components.includes('main'));
  const isSecurity = ({ suites }: AptSource): boolean => suites.some((suite) => /[-/]security$|\/updates$/.test(suite));
  const others = main.filter((source) => !isSecurity(source));
  const security = main.find(isSecurity);
  // Other repositories have suites of these names too, so the address decides first.
  const archive =
    others.find(({ uri }) => /(?<!\/repo)\/debian\/?$/.test(uri)) ??
    others.find(({ suites }) => suites.some((suite) => RELEASES.includes(suite)));
  const [suites, updates] = [RELEASES.flatMap((name) => [name, `${name}-backports`]), '-security'];
  return [
    ...(archive === undefined ? [] : [stanzaOf(archive, suites)]),
    ...(security === undefined
      ? []
      : [
          stanzaOf(
            security,
            RELEASES.map((name) => `${name}${updates}`),
          ),
        ]),
  ].join('\n');
}

function stanzaOf({ uri, signedBy = KEYRING, trust = [] }: AptSource, suites: readonly string[]): string {
  const fields = ['Types: deb', `URIs: ${uri}`, `Suites: ${suites.join(' ')}`, 'Components: main'];
  return [...fields, `Signed-By:${signedBy.startsWith('\n') ? '' : ' '}${signedBy}`, ...trust]
    .map((line) => `${line}\n`)
    .join('');
}
