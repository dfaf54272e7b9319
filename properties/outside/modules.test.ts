// The modules of the network come with a kernel, or later to one that an older version has set up without them.
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasModules } from '../../src/targets/linux/debian/fetch_modules';
import { distributionModules, indexModules } from '../../src/targets/linux/outside/distribution_modules';
import { cachedKernel, kernelFolder, writeRecord, recordPath } from '../../src/targets/linux/set_up_kernels';
import { bringModules, openRepository } from '../../src/targets/linux/setup';
import { hasProgram } from '../../src/targets/linux/qemu';
import { folderForTests } from '../support/cli';
import {
  cacheOf,
  falseSources,
  LISTS,
  NAMES,
  UPDATE,
  URIS,
  withEmptyCaches,
  withPrograms,
} from '../support/false_packages';

const folder = folderForTests('outside-modules');
const release = '7.3.4+deb13-amd64';
const record = { target: 'linux-7.3', release };

/** A package of modules: of each its name and those that it depends on. */
function packageOf(modules: Readonly<Record<string, string>>): string {
  const tree = mkdtempSync(path.join(folder, 'tree-'));
  for (const [name, depends] of Object.entries(modules)) {
    const file = path.join(tree, 'usr/lib/modules', release, 'kernel', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `\0depends=${depends}\0`);
  }
  return tree;
}

(hasProgram('tar') ? describe : describe.skip)('the modules of a kernel that is set up without them', () => {
  let cache = '';

  withEmptyCaches(folder, (empty) => {
    cache = empty;
    mkdirSync(kernelFolder(cache, release), { recursive: true });
    writeRecord(recordPath(cache, record.target), record);
  });

  const bring = async (say: (line: string) => void = () => undefined): Promise<void> =>
    bringModules(cache, record, await openRepository(cache, say, falseSources(folder)), say);

  test('are downloaded once: of the network all, of hardware those that QEMU has', async () => {
    const tree = packageOf({
      'net/ipv4/ipip.ko': 'ip_tunnel,tunnel4',
      'net/ipv4/ip_tunnel.ko': '',
      'net/ipv4/tunnel4.ko': '',
      'drivers/net/ethernet/intel/igb/igb.ko': '',
      'drivers/net/wireless/ath/ath.ko': '',
      'drivers/net/ethernet/sfc/sfc.ko': '',
      'sound/virtio/virtio_snd.ko': '',
    });
    withPrograms(folder, {
      'apt-get': `${LISTS}; ${UPDATE}; ${URIS}; echo > linux-modules-x.deb`,
      'apt-cache': cacheOf(NAMES),
      'dpkg-deb': `tar -c -C '${tree}' .`,
    });
    const said: string[] = [];
    await bring((line) => said.push(line));
    expect(hasModules(kernelFolder(cache, release))).toBe(true);
    const index = indexModules(cachedKernel(cache, record));
    expect([...index.keys()].sort()).toEqual(['igb', 'ip_tunnel', 'ipip', 'tunnel4']);
    const { files, missing } = await distributionModules(index, ['ipip', 'tun', 'ip_tunnel']);
    expect(files.map((file) => file.path)).toEqual(['ip_tunnel.ko', 'tunnel4.ko', 'ipip.ko']);
    expect(missing).toEqual(['tun']);
    expect(said.filter((line) => line.startsWith('downloading'))).toEqual([`downloading the modules of ${release}`]);
    withPrograms(folder, { 'apt-get': 'exit 100', 'dpkg-deb': 'exit 1' });
    await bring();
  });

  test('that cannot be had are an error, and the kernel stays', async () => {
    withPrograms(folder, { 'apt-get': 'exit 100', 'apt-cache': '' });
    await expect(bring()).rejects.toThrow(
      'linux-7.3 is set up without the modules of the network, and the repository does not have them',
    );
    expect(existsSync(kernelFolder(cache, release))).toBe(true);
  });
});
