import { be16, cat, u8, zeros } from './bytes';

/* AES-128 in the mode CCM (FIPS 197, RFC 3610), for records that user space encrypts. */

const BLOCK = 16;
const ROUNDS = 10;
const SBOX = sbox();

/** Multiplies by x in the field of AES. */
function twice(value: number): number {
  return ((value << 1) ^ (value & 0x80 ? 0x11b : 0)) & 0xff;
}

function sbox(): Uint8Array {
  const box = new Uint8Array(256);
  let one = 1;
  let inverse = 1;
  // 3 generates the field, and 0xf6 is its inverse: FIPS 197 section 5.1.1.
  do {
    one = one ^ twice(one);
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse = (inverse ^ (inverse << 4)) & 0xff;
    if (inverse & 0x80) inverse ^= 0x09;
    const rotated = [1, 2, 3, 4].map((by) => ((inverse << by) | (inverse >> (8 - by))) & 0xff);
    box[one] = rotated.reduce((sum, part) => sum ^ part, inverse) ^ 0x63;
  } while (one !== 1);
  box[0] = 0x63;
  return box;
}

function expand(key: Buffer): Uint8Array {
  const words = new Uint8Array(BLOCK * (ROUNDS + 1));
  words.set(key);
  let rcon = 1;
  for (let at = BLOCK; at < words.length; at += 4) {
    let last = [...words.subarray(at - 4, at)];
    if (at % BLOCK === 0) {
      last = [SBOX[last[1]] ^ rcon, SBOX[last[2]], SBOX[last[3]], SBOX[last[0]]];
      rcon = twice(rcon);
    }
    for (let i = 0; i < 4; i++) words[at + i] = words[at - BLOCK + i] ^ last[i];
  }
  return words;
}

function encrypt(keys: Uint8Array, block: Uint8Array): Uint8Array {
  let state = block.map((byte, at) => byte ^ keys[at]);
  for (let round = 1; round <= ROUNDS; round++) {
    // Each row moves left by its number, column by column.
    const moved = state.map((_, at) => SBOX[state[(at + 4 * (at % 4)) % BLOCK]]);
    state = (round === ROUNDS ? moved : mix(moved)).map((byte, at) => byte ^ keys[round * BLOCK + at]);
  }
  return state;
}

function mix(state: Uint8Array): Uint8Array {
  return state.map((byte, at) => {
    const column = at & ~3;
    const [next, second, third] = [1, 2, 3].map((by) => state[column + ((at + by) & 3)]);
    return twice(byte) ^ twice(next) ^ next ^ second ^ third;
  });
}

const padded = (bytes: Buffer): Buffer => cat(bytes, zeros((BLOCK - (bytes.length % BLOCK)) % BLOCK));

/**
 * Ciphertext and tag of 16 bytes.
 * @param nonce - 12 bytes, so that the length has 3
 */
export function aesCcm(key: Buffer, nonce: Buffer, aad: Buffer, plain: Buffer): Buffer {
  const keys = expand(key);
  const length = Buffer.alloc(3);
  length.writeUIntBE(plain.length, 0, 3);
  let mac: Uint8Array = new Uint8Array(BLOCK);
  const input = cat(u8(0x7a), nonce, length, padded(cat(be16(aad.length), aad)), padded(plain));
  for (let at = 0; at < input.length; at += BLOCK)
    mac = encrypt(
      keys,
      mac.map((byte, i) => byte ^ input[at + i]),
    );
  const out = Buffer.alloc(plain.length + BLOCK);
  const counter = (number: number): Uint8Array => {
    const block = cat(u8(2), nonce, zeros(3));
    block.writeUIntBE(number, 13, 3);
    return encrypt(keys, block);
  };
  for (let at = 0; at < plain.length; at += BLOCK)
    counter(1 + at / BLOCK).forEach((byte, i) => {
      if (at + i < plain.length) out[at + i] = plain[at + i] ^ byte;
    });
  counter(0).forEach((byte, i) => (out[plain.length + i] = mac[i] ^ byte));
  return out;
}
