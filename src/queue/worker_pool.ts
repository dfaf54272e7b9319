import type { WorkerProcess } from '../campaign/worker/worker_process';

/** Lends worker processes to leases, in the order in which they are asked for. */
export class WorkerPool {
  private readonly free: WorkerProcess[];
  private readonly waiting: ((worker: WorkerProcess) => void)[] = [];

  constructor(workers: readonly WorkerProcess[]) {
    this.free = [...workers];
  }

  take(): Promise<WorkerProcess> {
    const worker = this.free.shift();
    return worker === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(worker);
  }

  giveBack(worker: WorkerProcess): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(worker);
    else next(worker);
  }
}
