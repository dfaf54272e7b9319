import { TargetUnavailableError } from '../../../session/errors';
import { run, tellingLine } from '../run';

/**
 * Unpacks files of a package. Throws TargetUnavailableError when tar cannot.
 * @param folder - where the package lies, and its files go
 * @param file - the name of the package's file
 * @param chosen - words for tar that choose the files
 * @param options - mayLack: a word that chooses no file is no error
 */
export async function unpackPackage(
  folder: string,
  file: string,
  chosen: readonly string[],
  options: { readonly mayLack?: boolean } = {},
): Promise<void> {
  const script = 'file="$1"; shift; dpkg-deb --fsys-tarfile "$file" | tar -x "$@"';
  const done = await run('sh', ['-c', script, 'sh', file, ...chosen], { cwd: folder });
  if (!done.ok && !(options.mayLack === true && onlyLacks(done.stderr)))
    throw new TargetUnavailableError(`cannot unpack ${file} in ${folder}: ${tellingLine(done)}; is the disk full?`);
}

/** Whether tar complains only of words that chose no file. */
function onlyLacks(said: string): boolean {
  const lines = said.split('\n').filter((line) => line !== '');
  return lines.every((line) => /: Not found in archive$|: Exiting with failure status due to previous/.test(line));
}
