import { UsageError } from '../../../session/errors';
import { setUpImages } from '../../../targets/linux';
import { openOutside } from '../../../targets/linux/outside/outside_link';
import { note, printDocument, printLine } from '../output';

/**
 * Sets kernels up for programs of user space alone, boots each once, and says so.
 * @param asked - releases, and series
 * @param all - whether each series was asked for
 * @param isJson - whether one JSON document is printed
 * @throws UsageError when no release is named
 */
export async function setUpImagesOf(asked: readonly string[], all: boolean, isJson: boolean): Promise<void> {
  if (all || asked.length === 0)
    throw new UsageError('--image-only takes the kernels by name, such as: kernel setup --image-only 7.0.4 6.12.43');
  const targets = [];
  for (const record of await setUpImages(asked, note)) {
    const link = await openOutside(record.target, { say: note });
    await link.close();
    targets.push({ ...record, boot_ms: Math.round(link.boot_ms) });
  }
  if (isJson) printDocument('kernel-images', { targets });
  else
    for (const { target, release, boot_ms } of targets)
      printLine(`${target}: Linux ${release}, for programs of user space, answers after ${boot_ms} ms`);
}
