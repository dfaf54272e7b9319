import { OutsideLink } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { newLink, setLink } from '../abi/netlink/rtnl/link';
import { veth } from '../abi/netlink/rtnl/link_kinds';
import { defineOutside } from '../define_outside';
import { farOf, nearOf } from './devices';
import { rtnetlinkSteps } from './steps/netlink_steps';

const MTUS = [1500, 1500, 9000, 65_535];

export const PLAIN_VETH = defineOutside({
  name: 'plain_veth',
  number: 76,
  args: [{ name: 'mtu', type: 'int', min: 68, max: 65_535, default: 1500 }],
  result: 'link',
  promised: {
    text: 'Each packet that goes in at the near device of the pair comes out of the far one, alone and unchanged.',
    source: 'veth(4)',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 4,
  usuallyNext: ['filter', 'vlan', 'bridge', 'plain_veth'],
  draw(_world, draw, args) {
    args.mtu = MTUS[draw.below(MTUS.length)];
    return true;
  },
  run(world, _args, result) {
    nameResult(world, result, 'link', new OutsideLink(result, 'veth'));
  },
  steps(_world, { mtu }, result, memory) {
    const link = { id: result, kind: 'veth' } as const;
    const [near, far] = [nearOf(link), farOf(link)];
    return rtnetlinkSteps(memory, [
      newLink(
        { ifindex: near.ifindex, name: near.name, address: near.mac, mtu },
        veth({ ifindex: far.ifindex, name: far.name, address: far.mac, mtu }),
      ),
      // As in `veth`: the far device first, so that the near one has its carrier when it is activated.
      setLink(far.ifindex, { up: true }),
      setLink(near.ifindex, { up: true }),
    ]);
  },
});
