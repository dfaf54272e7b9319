import { availableTargets } from '../../targets/linux';
import { ownVersion } from './version';

/** `skbcheck 0.1.0, Node 20.19.2, kernels: linux-6.1, linux-6.12`. */
export function versionText(): string {
  const kernels = availableTargets();
  const setUp = kernels.length === 0 ? 'none is set up' : kernels.join(', ');
  return `skbcheck ${ownVersion()}, Node ${process.versions.node}, kernels: ${setUp}`;
}
