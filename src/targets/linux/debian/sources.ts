/** Debian's repositories, from the system's own sources: texts in, a text out. */

/** One entry of apt's sources: where packages are, and who signs them. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy?: string;
}

/** The releases of Debian whose kernels are looked for, oldest first. Their backports have the newest kernels. */
const RELEASES = ['bookworm', 'trixie'];
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
  const field = (name: string): string[] => {
    const prefix = `${name.toLowerCase()}:`;
    const line = lines.find((one) => one.toLowerCase().startsWith(prefix));
    return line?.slice(prefix.length).trim().split(/\s+/) ?? [];
  };
  if (!field('Types').includes('deb') || field('Enabled')[0] === 'no') return [];
  const [signedBy] = field('Signed-By').filter((word) => word.startsWith('/'));
  const [suites, components] = [field('Suites'), field('Components')];
  return field('URIs').map((uri) => ({ uri, suites, components, ...(signedBy && { signedBy }) }));
}

function oneLine(line: string): AptSource[] {
  const [, options = '', uri, suite, rest] = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
  if (uri === undefined) return [];
  const signedBy = /signed-by=(\/\S+)/.exec(options)?.[1];
  return [{ uri, suites: [suite], components: rest.split(/\s+/), ...(signedBy && { signedBy }) }];
}

/**
 * The sources of all kernels of Debian, from the system's: the same repositories, and more of their suites. Empty when
 * the system has no source of Debian itself.
 * @param system - the system's sources
 */
export function kernelSources(system: readonly AptSource[]): string {
  const main = system.filter(({ components }) => components.includes('main'));
  const isSecurity = ({ suites }: AptSource): boolean => suites.some((suite) => /[-/]security$|\/updates$/.test(suite));
  const isDebian = ({ uri, suites }: AptSource): boolean =>
    /\/debian\/?$/.test(uri) || suites.some((suite) => RELEASES.includes(suite));
  const security = main.find(isSecurity);
  const archive = main.find((source) => !isSecurity(source) && isDebian(source));
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

function stanzaOf({ uri, signedBy = KEYRING }: AptSource, suites: readonly string[]): string {
  return `Types: deb\nURIs: ${uri}\nSuites: ${suites.join(' ')}\nComponents: main\nSigned-By: ${signedBy}\n`;
}
