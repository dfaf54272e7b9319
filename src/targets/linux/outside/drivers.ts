import { emulatedDevices } from '../qemu';

/** A driver of a network device that QEMU emulates. */
export interface Driver {
  /** The distribution's module. */
  readonly module: string;
  /** The device of QEMU, with the properties that make the driver go the way that is meant. */
  readonly device: string;
}

/**
 * Drivers of network devices, and the ways in which virtio_net takes buffers: from a page for each packet's parts
 * (mergeable), from a chain of pages (big), from one buffer (small). It chooses by the device's features: see
 * virtnet_set_big_packets in drivers/net/virtio_net.c (6.12, 7.3). One buffer has GOOD_PACKET_LEN bytes, so the MTU
 * of such a device is no larger.
 */
export const DRIVERS = {
  virtio_net: { module: 'virtio_net', device: 'virtio-net-pci,mrg_rxbuf=on' },
  virtio_net_big: { module: 'virtio_net', device: 'virtio-net-pci,mrg_rxbuf=off,host_mtu=9000' },
  virtio_net_small: { module: 'virtio_net', device: 'virtio-net-pci,mrg_rxbuf=off,host_mtu=1500' },
  e1000e: { module: 'e1000e', device: 'e1000e' },
  igb: { module: 'igb', device: 'igb' },
  vmxnet3: { module: 'vmxnet3', device: 'vmxnet3' },
  e1000: { module: 'e1000', device: 'e1000' },
  e100: { module: 'e100', device: 'i82559c' },
} as const satisfies Readonly<Record<string, Driver>>;

export type DriverName = keyof typeof DRIVERS;
export const DRIVER_NAMES = Object.keys(DRIVERS) as readonly DriverName[];

/** Returns why a driver cannot run here, in one line; undefined: it can. */
export function whyNoDriver(name: DriverName, devices: ReadonlySet<string> = emulatedDevices()): string | undefined {
  const [device] = DRIVERS[name].device.split(',');
  return devices.has(device) ? undefined : `skipped: this QEMU has no ${device}`;
}
