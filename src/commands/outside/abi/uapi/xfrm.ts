/** Made by tools/make_uapi.js from linux/xfrm.h, linux/udp.h. */

export const TCP_ENCAP_ESPINTCP = 7;
export const UDP_ENCAP = 100;
export const UDP_ENCAP_ESPINUDP = 2;
export const XFRMA_ALG_AEAD = 18;
export const XFRMA_ALG_AUTH = 1;
export const XFRMA_ALG_AUTH_TRUNC = 20;
export const XFRMA_ALG_CRYPT = 2;
export const XFRMA_ENCAP = 4;
export const XFRMA_IF_ID = 31;
export const XFRMA_REPLAY_ESN_VAL = 23;
export const XFRMA_SRCADDR = 13;
export const XFRMA_TMPL = 5;
export const XFRM_MODE_BEET = 4;
export const XFRM_MODE_TRANSPORT = 0;
export const XFRM_MODE_TUNNEL = 1;
export const XFRM_MSG_DELPOLICY = 20;
export const XFRM_MSG_DELSA = 17;
export const XFRM_MSG_NEWPOLICY = 19;
export const XFRM_MSG_NEWSA = 16;
export const XFRM_POLICY_ALLOW = 0;
export const XFRM_POLICY_FWD = 2;
export const XFRM_POLICY_IN = 0;
export const XFRM_POLICY_OUT = 1;
export const XFRM_STATE_ESN = 128;
