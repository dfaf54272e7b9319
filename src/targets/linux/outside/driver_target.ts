import { DRIVERS, type DriverName } from './drivers';

/** A target of programs of user space: a kernel, and the driver of the network devices that its machine has. */
export interface DriverTarget {
  readonly kernel: string;
  readonly driver?: DriverName;
}

/** Takes `linux-7.3:e1000e` apart. A name without the name of a driver at its end is that of a kernel. */
export function splitDriver(target: string): DriverTarget {
  const at = target.lastIndexOf(':');
  const driver = target.slice(at + 1);
  return at > 0 && driver in DRIVERS
    ? { kernel: target.slice(0, at), driver: driver as DriverName }
    : { kernel: target };
}
