import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { accessSync, constants, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { TargetUnavailableError } from '../../session/errors';

/** The program that every VM runs in. */
export const QEMU = 'qemu-system-x86_64';

/** tcg emulates, kvm uses the hardware. */
export type Accel = 'tcg' | 'kvm';

/** A network device of a machine, and the end of its wire. */
export interface MachineNic {
  /** A device of QEMU with its properties: `e1000e`, `virtio-net-pci,mrg_rxbuf=off`. */
  readonly device: string;
  /** Six bytes, `02:…`. */
  readonly address: string;
  /** A Unix socket on which this side listens: frames go over it, each behind its length (32 bits, big endian). */
  readonly socket: string;
}

/** The parts of a VM. */
export interface Machine {
  readonly kernelImage: string;
  readonly initrd: string;
  readonly accel: Accel;
  readonly memory_mb: number;
  readonly extraAppend: string;
  /** Unix sockets on which this side listens. */
  readonly linkSocket: string;
  readonly monitorSocket: string;
  /** With any, the machine has PCI. */
  readonly nics: readonly MachineNic[];
}

/** With erms and fsrm the kernel uses `rep movsb`, which emulation does bytewise: the link is three times slower. */
const EMULATED_CPU = 'max,-erms,-fsrm';

/**
 * The command line of the guest kernel. Debian's init_on_alloc=1 stays although it costs a quarter of the speed:
 * without it the kernel does not check freed pages (check_pages_enabled) and never prints "Bad page state". An oops
 * ends the guest, so that no program runs on a broken kernel.
 */
const APPEND = [
  'console=ttyS0',
  'loglevel=5', // warnings reach the console, boot chatter does not
  'panic=-1',
  'oops=panic',
  'mitigations=off',
  'nowatchdog',
].join(' ');

/**
 * An emulated machine has no timer to calibrate the TSC with: newer kernels (7.3) wait for it, and call the TSC
 * unstable (arch/x86/kernel/tsc.c, native_calibrate_tsc). The frequency is only a scale here.
 */
const APPEND_EMULATED = 'tsc=reliable tsc_early_khz=2000000 no_timer_check';

/**
 * The arguments of QEMU for one machine.
 * @param machine - its parts
 */
export function qemuArguments(machine: Machine): string[] {
  return [
    ...['-M', boardOf(machine), '-accel', machine.accel],
    ...['-cpu', machine.accel === 'kvm' ? 'host' : EMULATED_CPU, '-smp', '1'],
    ...['-m', String(machine.memory_mb), '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...[
      '-chardev',
      `socket,id=monitor,path=${optionValue(machine.monitorSocket)}`,
      '-mon',
      'chardev=monitor,mode=readline',
    ],
    ...['-kernel', machine.kernelImage, '-initrd', machine.initrd],
    ...[
      '-append',
      [APPEND, ...(machine.accel === 'tcg' ? [APPEND_EMULATED] : []), machine.extraAppend].join(' ').trim(),
    ],
    ...['-device', hasPci(machine) ? 'virtio-serial-pci' : 'virtio-serial-device'],
    ...['-chardev', `socket,id=link,path=${optionValue(machine.linkSocket)}`],
    ...['-device', 'virtserialport,chardev=link,name=link'],
    ...machine.nics.flatMap(nicArguments),
  ];
}

const hasPci = ({ nics }: Machine): boolean => nics.length > 0;

/** The smallest machine that has all that is needed. */
const boardOf = (machine: Machine): string => (hasPci(machine) ? 'q35,sata=off,smbus=off' : 'microvm');

/** No ROM: nobody boots from these devices. */
function nicArguments({ device, address, socket }: MachineNic, at: number): string[] {
  const wire = `wire${at}`;
  return [
    ...['-netdev', `stream,id=${wire},server=off,addr.type=unix,addr.path=${optionValue(socket)}`],
    ...['-device', `${device},netdev=${wire},mac=${address},romfile=`],
  ];
}

/**
 * Returns the devices that the installed QEMU can emulate.
 * @throws TargetUnavailableError when there is no QEMU
 */
export function emulatedDevices(): ReadonlySet<string> {
  const told = spawnSync(QEMU, ['-device', 'help'], { encoding: 'utf8' });
  if (told.error !== undefined) throw new TargetUnavailableError(`${QEMU} does not run: ${told.error.message}`);
  return new Set([...told.stdout.matchAll(/^name "([^"]+)"/gm)].map(([, name]) => name));
}

/** A value in a list of options, in which a comma that is meant is written twice (QemuOpts). */
function optionValue(text: string): string {
  return text.replaceAll(',', ',,');
}

/** The requested accelerator: KVM with SKBCHECK_ACCEL=kvm, else emulation. */
export function defaultAccel(): Accel {
  return process.env.SKBCHECK_ACCEL === 'kvm' ? 'kvm' : 'tcg';
}

/**
 * Returns whether a program is in PATH.
 * @param name - the program
 */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Running machines with the folders of their sockets. */
const running = new Map<ChildProcess, string>();
let hasExitHook = false;

/** Asks the kernel to kill QEMU when this process ends. The test of PPID covers an end before that request. */
const DIE_WITH_US = ['setpriv', '--pdeathsig', 'KILL', 'sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"'];

/**
 * Starts QEMU so that it cannot outlive this process, however this process ends.
 * @param machine - its sockets are in a folder of their own
 */
export function spawnQemu(machine: Machine): ChildProcess {
  if (!hasProgram(QEMU)) {
    throw new TargetUnavailableError(
      `no ${QEMU} in PATH; install it with: npx skbcheck kernel setup (or apt-get install qemu-system-x86)`,
    );
  }
  const wrapper = hasProgram('setpriv') ? [...DIE_WITH_US, String(process.pid)] : [];
  const [command, ...args] = [...wrapper, QEMU, ...qemuArguments(machine)];
  // A group of its own: Ctrl-C ends the search, not the guest in the middle of an answer.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  running.set(child, dirname(machine.linkSocket));
  child.once('exit', () => running.delete(child));
  if (!hasExitHook) {
    hasExitHook = true;
    process.on('exit', endAll);
  }
  return child;
}

function endAll(): void {
  for (const [child, folder] of running) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
