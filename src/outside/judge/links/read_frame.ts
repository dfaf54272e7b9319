import { be16, cat } from '../../../commands/outside/abi/bytes';
import { parseCmsgs } from '../../../commands/outside/abi/msg';
import {
  PACKET_AUXDATA,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
} from '../../../commands/outside/abi/uapi/af_packet';
import { ETH_P_8021Q } from '../../../commands/outside/abi/uapi/devices';
import { SOL_PACKET } from '../../../commands/outside/abi/uapi/sockets';
import { MSGHDR_CONTROL_BYTES_AT } from '../../../commands/outside/msghdr';
import { FRAME_OUT } from '../../../commands/outside/socket/end';

const AUXDATA_BYTES = 20;
const [AUXDATA_TAG_AT, AUXDATA_TYPE_AT] = [16, 18];
const ADDRESSES_BYTES = 12;

/** A frame with the VLAN tag that the kernel says beside it (struct tpacket_auxdata of linux/if_packet.h). */
export function frameOf(out: readonly Buffer[], ret: number): Buffer {
  const bytes = out[FRAME_OUT.data].subarray(0, ret);
  const control = out[FRAME_OUT.control].subarray(0, out[FRAME_OUT.header].readUInt32LE(MSGHDR_CONTROL_BYTES_AT));
  const said = parseCmsgs(control).find(({ level, type }) => level === SOL_PACKET && type === PACKET_AUXDATA);
  if (said === undefined || said.data.length < AUXDATA_BYTES) return bytes;
  const status = said.data.readUInt32LE(0);
  if ((status & TP_STATUS_VLAN_VALID) === 0) return bytes;
  const type = (status & TP_STATUS_VLAN_TPID_VALID) === 0 ? ETH_P_8021Q : said.data.readUInt16LE(AUXDATA_TYPE_AT);
  return withTag(bytes, type, said.data.readUInt16LE(AUXDATA_TAG_AT));
}

/** A frame with a tag behind its addresses: IEEE 802.1Q. */
export const withTag = (bytes: Buffer, type: number, tci: number): Buffer =>
  cat(bytes.subarray(0, ADDRESSES_BYTES), be16(type), be16(tci), bytes.subarray(ADDRESSES_BYTES));
