import { cat, nameField, u32, zeros } from '../bytes';
import { attr, type Attributes } from '../netlink/attribute';
import { XFRMA_ALG_AEAD, XFRMA_ALG_AUTH, XFRMA_ALG_AUTH_TRUNC, XFRMA_ALG_CRYPT } from '../uapi/xfrm';

/** Algorithms of an ESP association. */
export type EspCrypto =
  /** Neither encrypts nor checks: what arrives is what was sent, readable on the way. */
  | { readonly kind: 'null' }
  | { readonly kind: 'gcm'; readonly secret: number }
  | { readonly kind: 'chacha'; readonly secret: number }
  | { readonly kind: 'cbc-sha256'; readonly secret: number }
  /** Checks, but does not encrypt. */
  | { readonly kind: 'null-sha256'; readonly secret: number };

const name64 = (name: string): Buffer => nameField(name, 64);
const keyOf = (bytes: number, secret: number): Buffer => Buffer.alloc(bytes, secret & 255);

/** struct xfrm_algo. */
const crypt = (name: string, key: Buffer): Attributes =>
  attr(XFRMA_ALG_CRYPT, cat(name64(name), u32(key.length * 8), key));

/** struct xfrm_algo_auth with 128 bits of HMAC-SHA-256: RFC 4868. */
const sha256 = (secret: number): Attributes =>
  attr(XFRMA_ALG_AUTH_TRUNC, cat(name64('hmac(sha256)'), u32(256), u32(128), keyOf(32, secret)));

/** struct xfrm_algo_aead with a check of 16 bytes. */
const aead = (name: string, key: Buffer): Attributes =>
  attr(XFRMA_ALG_AEAD, cat(name64(name), u32(key.length * 8), u32(128), key));

/** Attributes of the algorithms: include/uapi/linux/xfrm.h, struct xfrm_algo*. All bytes of a key are the secret. */
export function cryptoAttributes(crypto: EspCrypto): Attributes {
  switch (crypto.kind) {
    case 'null':
      return cat(crypt('ecb(cipher_null)', zeros(0)), attr(XFRMA_ALG_AUTH, cat(name64('digest_null'), u32(0))));
    case 'gcm':
      // RFC 4106: a key of 16 bytes and a salt of 4.
      return aead('rfc4106(gcm(aes))', keyOf(20, crypto.secret));
    case 'chacha':
      // RFC 7634: a key of 32 bytes and a salt of 4.
      return aead('rfc7539esp(chacha20,poly1305)', keyOf(36, crypto.secret));
    case 'cbc-sha256':
      return cat(sha256(crypto.secret), crypt('cbc(aes)', keyOf(16, crypto.secret)));
    case 'null-sha256':
      return cat(sha256(crypto.secret), crypt('ecb(cipher_null)', zeros(0)));
  }
}
