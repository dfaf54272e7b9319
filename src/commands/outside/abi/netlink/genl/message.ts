import { cat, u16, u8 } from '../../bytes';
import { CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_CMD_GETFAMILY, GENL_ID_CTRL } from '../../uapi/ethtool';
import { NLM_F_DUMP } from '../../uapi/netlink';
import { type Attributes, attrText, parseAttributes } from '../attribute';
import { nlmsg, parseMessages } from '../message';

/** struct genlmsghdr, 4 bytes: include/uapi/linux/genetlink.h. */
const genlmsghdr = (command: number, version: number): Buffer => cat(u8(command), u8(version), u16(0));

/**
 * A message of generic netlink.
 * @param family - id of the family, which the kernel gives when a module is loaded: parseFamilyId()
 */
export const genlMessage = (
  family: number,
  command: number,
  version: number,
  ...attributes: readonly Attributes[]
): Buffer => nlmsg(family, 0, genlmsghdr(command, version), ...attributes);

/** A request for all objects of a kind: NLM_F_DUMP. */
export const genlDump = (
  family: number,
  command: number,
  version: number,
  ...attributes: readonly Attributes[]
): Buffer => nlmsg(family, NLM_F_DUMP, genlmsghdr(command, version), ...attributes);

/** CTRL_CMD_GETFAMILY: asks for the id of a family, as ethtool, macsec, fou, netdev. */
export const getFamily = (name: string): Buffer =>
  genlMessage(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, attrText(CTRL_ATTR_FAMILY_NAME, name));

/** The id in the answer to getFamily(). */
export function parseFamilyId(bytes: Buffer): number | undefined {
  const answer = parseMessages(bytes).find(({ type }) => type === GENL_ID_CTRL);
  return (
    answer &&
    parseAttributes(answer.body.subarray(4))
      .find(({ type }) => type === CTRL_ATTR_FAMILY_ID)
      ?.payload.readUInt16LE(0)
  );
}
