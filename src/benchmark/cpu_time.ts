/**
 * Processor time of this process, in milliseconds. Unlike the clock, it does not depend on the load of the machine. On
 * a free core the two are about the same.
 */
export function cpu_ms(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
