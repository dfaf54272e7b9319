import { TargetUnavailableError } from '../../../session/errors';
import { run, tellingLine } from '../run';

/**
 * Unpacks files of a package. Throws TargetUnavailableError when tar cannot.
 * @param folder - where the package lies, and its files go
 * @param file - the name of the package's file
 * @param chosen - words for tar that choose the files
 */
export async function unpackPackage(folder: string, file: string, chosen: readonly string[]): Promise<void> {
  const script = 'file="$1"; shift; dpkg-deb --fsys-tarfile "$file" | tar -x "$@"';
  const done = await run('sh', ['-c', script, 'sh', file, ...chosen], { cwd: folder });
  if (!done.ok)
    throw new TargetUnavailableError(`cannot unpack ${file} in ${folder}: ${tellingLine(done)}; is the disk full?`);
}
