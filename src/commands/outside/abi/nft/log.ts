import { be32, cat, u8 } from '../bytes';
import { attr, type Attributes } from '../netlink/attribute';
import {
  NFNL_SUBSYS_ULOG,
  NFULA_CFG_CMD,
  NFULA_CFG_MODE,
  NFULNL_CFG_CMD_BIND,
  NFULNL_COPY_PACKET,
  NFULNL_MSG_CONFIG,
} from '../uapi/netfilter';
import { AF_UNSPEC } from '../uapi/sockets';
import { nfMessage } from './message';

const config = (group: number, ...attributes: readonly Attributes[]): Buffer =>
  nfMessage(NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG, 0, AF_UNSPEC, group, ...attributes);

/** NFULNL_MSG_CONFIG that makes this netlink socket the reader of a group: linux/netfilter/nfnetlink_log.h. */
export const bindLog = (group: number): Buffer => config(group, attr(NFULA_CFG_CMD, u8(NFULNL_CFG_CMD_BIND)));

/** NFULNL_MSG_CONFIG: so many bytes of each packet are copied. */
export const setLogCopy = (group: number, copied_bytes: number): Buffer =>
  config(group, attr(NFULA_CFG_MODE, cat(be32(copied_bytes), u8(NFULNL_COPY_PACKET), u8(0))));
