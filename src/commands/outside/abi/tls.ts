import { be64, cat, u16, u8 } from './bytes';
import { cmsg } from './msg';
import { SOL_TLS } from './uapi/sockets';
import {
  TLS_1_2_VERSION,
  TLS_1_3_VERSION,
  TLS_CIPHER_AES_CCM_128,
  TLS_CIPHER_AES_CCM_128_IV_SIZE,
  TLS_CIPHER_AES_CCM_128_KEY_SIZE,
  TLS_CIPHER_AES_CCM_128_SALT_SIZE,
  TLS_CIPHER_AES_GCM_128,
  TLS_CIPHER_AES_GCM_128_IV_SIZE,
  TLS_CIPHER_AES_GCM_128_KEY_SIZE,
  TLS_CIPHER_AES_GCM_128_SALT_SIZE,
  TLS_CIPHER_AES_GCM_256,
  TLS_CIPHER_AES_GCM_256_IV_SIZE,
  TLS_CIPHER_AES_GCM_256_KEY_SIZE,
  TLS_CIPHER_AES_GCM_256_SALT_SIZE,
  TLS_CIPHER_CHACHA20_POLY1305,
  TLS_CIPHER_CHACHA20_POLY1305_IV_SIZE,
  TLS_CIPHER_CHACHA20_POLY1305_KEY_SIZE,
  TLS_CIPHER_CHACHA20_POLY1305_SALT_SIZE,
  TLS_SET_RECORD_TYPE,
} from './uapi/tls';

/** Ciphers of kernel TLS with their lengths: include/uapi/linux/tls.h. */
const CIPHERS = {
  aesGcm128: {
    type: TLS_CIPHER_AES_GCM_128,
    iv: TLS_CIPHER_AES_GCM_128_IV_SIZE,
    key: TLS_CIPHER_AES_GCM_128_KEY_SIZE,
    salt: TLS_CIPHER_AES_GCM_128_SALT_SIZE,
  },
  aesGcm256: {
    type: TLS_CIPHER_AES_GCM_256,
    iv: TLS_CIPHER_AES_GCM_256_IV_SIZE,
    key: TLS_CIPHER_AES_GCM_256_KEY_SIZE,
    salt: TLS_CIPHER_AES_GCM_256_SALT_SIZE,
  },
  aesCcm128: {
    type: TLS_CIPHER_AES_CCM_128,
    iv: TLS_CIPHER_AES_CCM_128_IV_SIZE,
    key: TLS_CIPHER_AES_CCM_128_KEY_SIZE,
    salt: TLS_CIPHER_AES_CCM_128_SALT_SIZE,
  },
  chacha20Poly1305: {
    type: TLS_CIPHER_CHACHA20_POLY1305,
    iv: TLS_CIPHER_CHACHA20_POLY1305_IV_SIZE,
    key: TLS_CIPHER_CHACHA20_POLY1305_KEY_SIZE,
    salt: TLS_CIPHER_CHACHA20_POLY1305_SALT_SIZE,
  },
} as const;
export type TlsCipher = keyof typeof CIPHERS;

/** The value of TCP_ULP that begins kernel TLS: Documentation/networking/tls.rst. Without a zero byte at the end. */
export const tlsUlp = (): Buffer => Buffer.from('tls');

/** Keys of one direction. */
export interface TlsKeys {
  readonly version: '1.2' | '1.3';
  readonly cipher: TlsCipher;
  /** All bytes of key, IV and salt are this one: both ends need the same. */
  readonly secret: number;
  /** Number of the first record. */
  readonly sequence?: bigint;
}

/** struct tls12_crypto_info_*, for TLS_TX and TLS_RX of SOL_TLS. A second one is a new key (TLS 1.3). */
export function tlsCryptoInfo({ version, cipher, secret, sequence = 0n }: TlsKeys): Buffer {
  const { type, iv, key, salt } = CIPHERS[cipher];
  const filled = (bytes: number): Buffer => Buffer.alloc(bytes, secret & 255);
  const number = version === '1.2' ? TLS_1_2_VERSION : TLS_1_3_VERSION;
  return cat(u16(number), u16(type), filled(iv), filled(key), filled(salt), be64(sequence));
}

/** Ancillary data of a record of another type than 23, application data: 20 to 255. */
export const cmsgTlsRecord = (type: number): Buffer => cmsg(SOL_TLS, TLS_SET_RECORD_TYPE, u8(type));
