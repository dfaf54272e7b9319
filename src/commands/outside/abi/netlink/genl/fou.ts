import { be16, zeros } from '../../bytes';
import {
  FOU_ATTR_AF,
  FOU_ATTR_IPPROTO,
  FOU_ATTR_PORT,
  FOU_ATTR_TYPE,
  FOU_CMD_ADD,
  FOU_ENCAP_DIRECT,
  FOU_ENCAP_GUE,
  FOU_GENL_VERSION,
} from '../../uapi/fou';
import { AF_INET, AF_INET6 } from '../../uapi/sockets';
import { attr, attr8 } from '../attribute';
import { genlMessage } from './message';

/** FOU_CMD_ADD: packets of a UDP port are of that protocol, or with `gue` of the one in the header. ip-fou(8). */
export const addFou = (family: number, port: number, version: 4 | 6, what: number | 'gue'): Buffer =>
  genlMessage(
    ...[family, FOU_CMD_ADD, FOU_GENL_VERSION],
    ...[attr(FOU_ATTR_PORT, be16(port)), attr8(FOU_ATTR_AF, version === 4 ? AF_INET : AF_INET6)],
    attr8(FOU_ATTR_TYPE, what === 'gue' ? FOU_ENCAP_GUE : FOU_ENCAP_DIRECT),
    what === 'gue' ? zeros(0) : attr8(FOU_ATTR_IPPROTO, what),
  );
