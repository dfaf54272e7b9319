'use strict';

// Makes src/commands/outside/abi/uapi/*.ts: the constants that other files import from there, with the values that the
// C compiler finds in the kernel's headers, so that nobody copies a number by hand.
//
//   node tools/make_uapi.js DIR
//
// DIR is the include/ folder of `make headers_install`. A constant is added by importing it and running this again.

const { execFileSync } = require('node:child_process');
const { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const FOLDER = 'src/commands/outside/abi/uapi';

/** Headers of each file; where none are listed, it is linux/NAME.h. The C library has those that the kernel keeps. */
const HEADERS = {
  sockets: ['sys/socket.h', 'netinet/in.h', 'netinet/tcp.h', 'netinet/udp.h'],
  ioctls: ['asm/ioctls.h', 'asm/sockios.h', 'linux/sockios.h'],
  rtnl: ['linux/rtnetlink.h', 'linux/neighbour.h', 'linux/fib_rules.h', 'linux/if_addr.h'],
  links: [
    ...['linux/if_link.h', 'linux/if_tunnel.h', 'linux/veth.h', 'linux/if_bridge.h', 'linux/if_macsec.h'],
    'linux/ip6_tunnel.h',
  ],
  encaps: [
    ...['linux/lwtunnel.h', 'linux/mpls_iptunnel.h', 'linux/seg6_iptunnel.h', 'linux/seg6_local.h', 'linux/seg6.h'],
    'linux/ioam6_iptunnel.h',
  ],
  devices: ['sys/ioctl.h', 'linux/filter.h', 'linux/if.h', 'linux/if_tun.h', 'linux/if_arp.h', 'linux/if_ether.h'],
  sched: ['linux/pkt_sched.h', 'linux/rtnetlink.h'],
  cls: [
    ...['linux/pkt_cls.h', 'linux/tc_act/tc_mirred.h', 'linux/tc_act/tc_pedit.h', 'linux/tc_act/tc_vlan.h'],
    ...['linux/tc_act/tc_csum.h', 'linux/tc_act/tc_skbedit.h', 'linux/tc_act/tc_bpf.h', 'linux/tc_act/tc_mpls.h'],
    ...['linux/tc_act/tc_tunnel_key.h', 'linux/tc_act/tc_gact.h', 'linux/tc_act/tc_skbmod.h'],
    'linux/tc_act/tc_ct.h',
  ],
  ethtool: ['linux/ethtool.h', 'linux/ethtool_netlink.h', 'linux/genetlink.h'],
  bpf: ['linux/bpf.h', 'linux/filter.h'],
  netfilter: [
    ...['linux/netlink.h', 'linux/netfilter.h', 'linux/netfilter/nf_tables.h', 'linux/netfilter/nfnetlink.h'],
    ...[
      'linux/netfilter/nfnetlink_queue.h',
      'linux/netfilter/nfnetlink_log.h',
      'linux/netfilter/nfnetlink_conntrack.h',
    ],
    ...['linux/netfilter_ipv4.h', 'linux/netfilter/nf_conntrack_common.h'],
  ],
  xfrm: ['linux/xfrm.h', 'linux/udp.h'],
  errqueue: ['time.h', 'linux/errqueue.h'],
  kcm: ['linux/sockios.h', 'linux/kcm.h'],
  vm_sockets: ['sys/socket.h', 'linux/vm_sockets.h'],
  fcntl: ['fcntl.h', 'sys/mman.h'],
  xsk: ['linux/if_xdp.h'],
  af_packet: ['linux/if_packet.h'],
};

const folder = path.join(ROOT, FOLDER);
const headers = process.argv[2];
if (!headers) {
  process.stderr.write('usage: node tools/make_uapi.js DIR, the include/ folder of "make headers_install"\n');
  process.exit(2);
}

/** The names that files import from uapi/NAME, by NAME. */
function importedNames() {
  const names = new Map();
  for (const part of ['src/commands/outside', 'properties/outside']) {
    for (const file of readdirSync(path.join(ROOT, part), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(path.join(ROOT, part, file), 'utf8');
      for (const [, list, name] of text.matchAll(/import \{([^}]*)\} from '[^']*\buapi\/(\w+)'/g)) {
        const known = names.get(name) ?? new Set();
        for (const word of list.split(',')) if (word.trim() !== '') known.add(word.trim());
        names.set(name, known);
      }
    }
  }
  return names;
}

function valuesOf(includes, names, scratch) {
  const lines = names.map((name) => `  printf("${name} %lld\\n", (long long)(${name}));`);
  const source = path.join(scratch, 'values.c');
  const text = [
    '#include <stdio.h>',
    ...includes.map((header) => `#include <${header}>`),
    'int main(void) {',
    ...lines,
  ];
  writeFileSync(source, [...text, '}', ''].join('\n'));
  const program = path.join(scratch, 'values');
  execFileSync('gcc', ['-w', '-D_GNU_SOURCE', '-I', headers, '-o', program, source], { stdio: 'inherit' });
  return execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
}

const scratch = mkdtempSync(path.join(tmpdir(), 'uapi-'));
try {
  const texts = new Map();
  for (const [name, set] of importedNames()) {
    const includes = HEADERS[name] ?? [`linux/${name}.h`];
    const values = valuesOf(includes, [...set].sort(), scratch).map((line) => line.split(' '));
    const constants = values.map(([constant, value]) => `export const ${constant} = ${value};\n`);
    const wrapped = [' * Made by tools/make_uapi.js from'];
    includes.forEach((header, index) => {
      const word = `${header}${index === includes.length - 1 ? '.' : ','}`;
      if (`${wrapped.at(-1)} ${word}`.length > 118) wrapped.push(` * ${word}`);
      else wrapped[wrapped.length - 1] += ` ${word}`;
    });
    const comment = wrapped.length === 1 ? `/** ${wrapped[0].slice(3)} */` : `/**\n${wrapped.join('\n')}\n */`;
    texts.set(name, `${comment}\n\n${constants.join('')}`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of texts) writeFileSync(path.join(folder, `${name}.ts`), text);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
