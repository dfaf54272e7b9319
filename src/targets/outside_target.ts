import type { OutsideLink } from '../lockstep/outside_link';
import { UsageError } from '../session/errors';
import { isKernel } from './choose_target';
import { splitDriver } from './linux/outside/driver_target';
import { openDriver } from './linux/outside/open_driver';
import { openOutside } from './linux/outside/outside_link';

/**
 * A function that boots the named kernel for programs of user space.
 *
 * @param name - linux-6.1, linux-6.12.43, a directory with a bzImage and a build tree; with `:e1000e` or another driver
 * behind it, the machine has two network devices and a wire between them
 * @param say - called with a line for each slow step
 * @throws UsageError when the target is no kernel
 */
export function outsideTarget(name: string, say: (line: string) => void): () => Promise<OutsideLink> {
  if (!isKernel(name))
    throw new UsageError(
      `programs of user space run on a kernel, not on ${name}; name one, such as: --target linux-7.3`,
    );
  const { kernel, driver } = splitDriver(name);
  if (driver === undefined) return () => openOutside(kernel, { say });
  return async () => ({ ...(await openDriver(kernel, driver, say)).link, name });
}
