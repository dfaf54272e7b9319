import { type IpText, ipVersion } from '../../address';
import { AF_INET, AF_INET6 } from '../../uapi/sockets';

/** AF_INET or AF_INET6. */
export const familyOf = (ip: IpText): number => (ipVersion(ip) === 4 ? AF_INET : AF_INET6);
