/**
 * Processor time of this process, in milliseconds: on a machine that does other things as well it says what the work costs, where
 * the clock says how busy the machine was. On a free core the two are about the same.
 */
export function cpu_ms(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
