/** Made by tools/make_uapi.js from linux/tls.h. */

export const TLS_1_2_VERSION = 771;
export const TLS_1_3_VERSION = 772;
export const TLS_CIPHER_AES_CCM_128 = 53;
export const TLS_CIPHER_AES_CCM_128_IV_SIZE = 8;
export const TLS_CIPHER_AES_CCM_128_KEY_SIZE = 16;
export const TLS_CIPHER_AES_CCM_128_SALT_SIZE = 4;
export const TLS_CIPHER_AES_GCM_128 = 51;
export const TLS_CIPHER_AES_GCM_128_IV_SIZE = 8;
export const TLS_CIPHER_AES_GCM_128_KEY_SIZE = 16;
export const TLS_CIPHER_AES_GCM_128_SALT_SIZE = 4;
export const TLS_CIPHER_AES_GCM_256 = 52;
export const TLS_CIPHER_AES_GCM_256_IV_SIZE = 8;
export const TLS_CIPHER_AES_GCM_256_KEY_SIZE = 32;
export const TLS_CIPHER_AES_GCM_256_SALT_SIZE = 4;
export const TLS_CIPHER_CHACHA20_POLY1305 = 54;
export const TLS_CIPHER_CHACHA20_POLY1305_IV_SIZE = 12;
export const TLS_CIPHER_CHACHA20_POLY1305_KEY_SIZE = 32;
export const TLS_CIPHER_CHACHA20_POLY1305_SALT_SIZE = 0;
export const TLS_RX = 2;
export const TLS_SET_RECORD_TYPE = 1;
export const TLS_TX = 1;
