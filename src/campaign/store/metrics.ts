import { Gauge, Registry } from 'prom-client';
import type { StatsLine } from '../campaign_types';

/** The figures of a moment in the text format of Prometheus, for the textfile collector of its node exporter. */
export function metricsText(line: StatsLine): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `skbcheck_${name}`, help, labelNames, registers: [registry] });
  gauge('seconds', 'Seconds that the campaign has run').set(line.seconds);
  gauge('programs', 'Programs executed').set(line.programs);
  gauge('commands', 'Commands executed').set(line.commands);
  gauge('commands_per_second', 'Commands executed per second, recently').set(line.commandsPerSecond);
  gauge('corpus_programs', 'Programs in the corpus').set(line.corpus);
  gauge('features', 'State features reached').set(line.features);
  const branches = gauge('model_branches', 'Branches of the model', ['state']);
  branches.set({ state: 'covered' }, line.branches.covered);
  branches.set({ state: 'total' }, line.branches.total);
  const findings = gauge('findings', 'Different findings', ['state']);
  for (const [state, count] of Object.entries(line.findings)) findings.set({ state }, count);
  gauge('since_new_seconds', 'Seconds since something new was found or reached').set(line.sinceNewSeconds);
  const state = gauge('worker_state', 'State of each worker: 1 for the current one', ['worker', 'state']);
  const commands = gauge('worker_commands', 'Commands executed by each worker', ['worker']);
  const rss = gauge('worker_resident_bytes', 'Resident memory of each worker', ['worker']);
  const restarts = gauge('worker_restarts', 'Restarts of each worker', ['worker']);
  for (const worker of line.workers) {
    state.set({ worker: worker.id, state: worker.state }, 1);
    commands.set({ worker: worker.id }, worker.commands);
    rss.set({ worker: worker.id }, worker.rssBytes);
    restarts.set({ worker: worker.id }, worker.restarts);
  }
  return registry.metrics();
}
