import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MODULE_FOLDERS } from '../debian/fetch_modules';
import type { InitramfsFile } from '../initramfs';
import type { KernelFiles } from '../kernel_files';
import { unpackTogether, type ModuleFile } from '../virtio_modules';

/**
 * Modules of a distribution that programs of the outside use, in groups that are loaded in this order. A kernel may
 * have any of them built in, or may lack it.
 */
export const WANTED_MODULES = {
  crypto: [
    ...['crc32c_generic', 'crc32c_intel', 'aes_generic', 'aesni_intel', 'crypto_null', 'hmac', 'cbc', 'ctr', 'gcm'],
    ...['ccm', 'ghash_generic', 'cmac', 'sha1_generic', 'sha256_generic', 'sha512_generic', 'authenc', 'authencesn'],
    // 7.3 has chacha in the place of chacha_generic.
    ...['echainiv', 'seqiv', 'chacha20poly1305', 'chacha_generic', 'chacha', 'poly1305_generic'],
  ],
  links: [
    ...['tun', 'tap', 'veth', 'dummy', 'bridge', 'br_netfilter', '8021q', 'macvlan', 'macvtap', 'macsec', 'ipvlan'],
    ...['ifb', 'bonding', 'team', 'vrf', 'hsr', 'nlmon', 'netdevsim', 'batman-adv', 'wireguard'],
  ],
  tunnels: [
    ...['ip_tunnel', 'udp_tunnel', 'ip6_udp_tunnel', 'ipip', 'ip_gre', 'ip6_gre', 'sit', 'ip6_tunnel', 'ip_vti'],
    ...['ip6_vti', 'vxlan', 'geneve', 'bareudp', 'gtp', 'fou', 'fou6', 'ila', 'mpls_router', 'mpls_iptunnel'],
    ...['mpls_gso', 'l2tp_core', 'l2tp_netlink', 'l2tp_eth', 'l2tp_ip', 'l2tp_ip6', 'ppp_generic', 'pppoe', 'l2tp_ppp'],
  ],
  qdiscs: [
    ...[
      'sch_ingress',
      'sch_netem',
      'sch_fq',
      'sch_fq_codel',
      'sch_tbf',
      'sch_etf',
      'sch_prio',
      'sch_htb',
      'sch_multiq',
    ],
    ...['sch_mqprio', 'sch_taprio', 'sch_plug', 'cls_u32', 'cls_matchall', 'cls_flower', 'cls_bpf', 'act_mirred'],
    ...['act_pedit', 'act_vlan', 'act_csum', 'act_gact', 'act_bpf', 'act_skbedit', 'act_skbmod', 'act_tunnel_key'],
    ...['act_mpls', 'act_police', 'act_sample', 'act_ct'],
  ],
  netfilter: [
    ...['nfnetlink', 'nfnetlink_queue', 'nfnetlink_log', 'nf_conntrack', 'nf_conntrack_netlink', 'nf_defrag_ipv4'],
    ...[
      'nf_defrag_ipv6',
      'nf_conntrack_bridge',
      'nf_nat',
      'nf_tables',
      'nft_chain_nat',
      'nft_ct',
      'nft_nat',
      'nft_masq',
    ],
    ...['nft_redir', 'nft_queue', 'nft_log', 'nft_limit', 'nft_reject_inet', 'nft_reject_netdev', 'nft_fwd_netdev'],
    ...['nft_dup_ipv4', 'nft_dup_ipv6', 'nft_dup_netdev', 'nft_tproxy', 'nft_synproxy', 'nft_socket', 'nft_fib_inet'],
    ...['nft_tunnel', 'nft_flow_offload', 'nft_xfrm', 'nft_compat'],
  ],
  xfrm: [
    ...['xfrm_algo', 'xfrm_user', 'xfrm_interface', 'af_key', 'ah4', 'ah6', 'esp4', 'esp6', 'esp4_offload'],
    ...['esp6_offload', 'ipcomp', 'ipcomp6', 'xfrm4_tunnel', 'xfrm6_tunnel'],
  ],
  sockets: [
    ...['tls', 'kcm', 'vsock', 'vmw_vsock_virtio_transport_common', 'vsock_loopback', 'rds', 'rds_tcp', 'tipc', 'sctp'],
    ...['xsk_diag', 'algif_hash', 'algif_skcipher', 'algif_aead', 'phonet', 'can', 'can_raw', 'vcan'],
  ],
} as const;

/** Drivers of devices on PCI, which are loaded only where such a device is there. */
export const PCI_DRIVERS = [
  'virtio_pci',
  'failover',
  'net_failover',
  'virtio_net',
  'e1000e',
  'igb',
  'vmxnet3',
] as const;

/** The modules of a kernel that programs of the outside need. */
export interface DistributionModules {
  /** Unpacked, in load order, with those that they depend on. */
  readonly files: readonly InitramfsFile[];
  /** Wanted, and no file: built into the kernel, or not there. */
  readonly missing: readonly string[];
}

/** Files of modules by name. Names have no dash: the kernel takes it for an underscore. */
export type ModuleIndex = ReadonlyMap<string, ModuleFile>;

const nameOf = (name: string): string => name.replaceAll('-', '_');

/**
 * Finds the modules of a kernel that lie in folders of the network, and those that they depend on.
 * @param kernel - set up, or a build tree
 */
export function indexModules(kernel: KernelFiles): ModuleIndex {
  const roots = [join(kernel.modules, 'kernel'), kernel.modules];
  const paths = roots.flatMap((root) => MODULE_FOLDERS.flatMap((folder) => modulesBelow(join(root, folder))));
  return new Map(
    paths.map((path) => {
      const name = nameOf((path.split('/').at(-1) ?? '').replace(/\.ko(\.\w+)?$/, ''));
      return [name, { name, path }];
    }),
  );
}

function modulesBelow(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => /\.ko(\.(xz|zst|gz))?$/.test(name)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/**
 * Unpacks modules with those that they depend on.
 * @param index - of the kernel's modules
 * @param wanted - their names
 * @param loaded - names of modules that are loaded before
 */
export async function distributionModules(
  index: ModuleIndex,
  wanted: readonly string[],
  loaded: readonly string[] = [],
): Promise<DistributionModules> {
  const contents = new Map<string, Buffer>();
  const before = new Set(loaded.map(nameOf));
  let next = wanted.map(nameOf).filter((name) => index.has(name) && !before.has(name));
  while (next.length > 0) {
    for (const [name, content] of await unpackTogether(next.flatMap((name) => index.get(name) ?? [])))
      contents.set(name, content);
    const needed = next.flatMap((name) => dependsOf(contents.get(name)));
    next = [...new Set(needed)].filter((name) => index.has(name) && !contents.has(name) && !before.has(name));
  }
  const ordered: string[] = [];
  for (const name of wanted) addInOrder(nameOf(name), contents, ordered);
  return {
    files: ordered.map((name) => ({
      path: `${name}.ko`,
      mode: 0o644,
      content: withoutSignature(contents.get(name) as Buffer),
    })),
    missing: wanted.filter((name) => !contents.has(nameOf(name)) && !before.has(nameOf(name))),
  };
}

const MARK = Buffer.from('~Module signature appended~\n');
/** struct module_signature (include/linux/module_signature.h); its last word is the length of the signature. */
const TRAILER_BYTES = 12;

/**
 * A module without its signature, whose check takes three quarters of the time of loading under emulation. The kernel
 * then calls itself tainted by an unsigned module, as one does that has a module of its owner.
 */
export function withoutSignature(module: Buffer): Buffer {
  const end = module.length - MARK.length;
  if (end < TRAILER_BYTES || !module.subarray(end).equals(MARK)) return module;
  return module.subarray(0, end - TRAILER_BYTES - module.readUInt32BE(end - 4));
}

/** Dependencies first. The kernel's modules have no circles. */
function addInOrder(name: string, contents: ReadonlyMap<string, Buffer>, ordered: string[]): void {
  const content = contents.get(name);
  if (content === undefined || ordered.includes(name)) return;
  for (const needed of dependsOf(content)) addInOrder(needed, contents, ordered);
  ordered.push(name);
}

/** The word `depends=a,b` of the section .modinfo, which ends with a zero. The section is the only place with it. */
export function dependsOf(module: Buffer | undefined): string[] {
  const at = module?.indexOf('\0depends=') ?? -1;
  if (module === undefined || at < 0) return [];
  const from = at + '\0depends='.length;
  const text = module.toString('latin1', from, module.indexOf(0, from));
  return text === '' ? [] : text.split(',').map(nameOf);
}
