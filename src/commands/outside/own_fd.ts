import { FDS_MAX, FIRST_FD } from './step';

/**
 * Descriptors that calls need for themselves, and that no program names. Two that may be open at once have two names: a
 * call that makes or closes one takes it from another that has its number.
 */
export const OWN_FDS = [
  ...([
    'prologue',
    'mtuSocket',
    'rawSocket',
    'listener',
    'netlink',
    'privileged',
    'sysctlFile',
    'control',
    'writer',
  ] as const),
  ...(['program', 'memberProgram', 'xskMap', 'targetMap', 'devmap', 'cpumap', 'espUdp4', 'espUdp6'] as const),
  ...(['earlierClient', 'earlierServer', 'queueReceiver', 'queueSender', 'queueReader'] as const),
] as const;

/** Below these are those of devices: nic_places.ts. */
export const OWN_FDS_MAX = 32;

/** The number of such a descriptor. */
export const ownFd = (name: (typeof OWN_FDS)[number]): number => FIRST_FD + FDS_MAX - 1 - OWN_FDS.indexOf(name);
