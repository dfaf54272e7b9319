import type { OutsideLink } from '../../../lockstep/outside_link';
import { TargetUnavailableError } from '../../../session/errors';
import { Wire, type WireFault } from './wire';
import { DRIVERS, whyNoDriver, type DriverName } from './drivers';
import { openOutside } from './outside_link';

/** The rings of two devices take more memory than other programs do. */
const MEMORY_MB = 768;

/** A machine with two network devices, and the wire between them. */
export interface DriverLink {
  readonly link: OutsideLink;
  readonly wire: Wire;
}

/**
 * Boots a machine with two network devices of a driver, and a wire between them that this process holds.
 * @param kernel - as openOutside takes it
 * @param fault - what the wire does with a frame; default: it carries it
 * @throws TargetUnavailableError when QEMU lacks the device, the kernel lacks the driver, or it does not boot
 */
export async function openDriver(
  kernel: string,
  driver: DriverName,
  say: (line: string) => void = () => undefined,
  fault?: WireFault,
): Promise<DriverLink> {
  const why = whyNoDriver(driver);
  if (why !== undefined) throw new TargetUnavailableError(`${driver}: ${why}`);
  const { device, module } = DRIVERS[driver];
  const wire = new Wire(device, fault);
  const link = await openOutside(kernel, { say, modules: [module], wire, memory_mb: MEMORY_MB });
  if (!link.hello.missing.includes(module)) return { link, wire };
  await link.close();
  throw new TargetUnavailableError(`${kernel} has no module ${module}`);
}
