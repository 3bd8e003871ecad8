// AES-CMAC (RFC 4493): the message authentication of NTP by RFC 8573. Node has the cipher and no CMAC.
import { createCipheriv } from 'node:crypto'

const block = 16

/** Doubles a block in GF(2^128). */
function doubled(value: Buffer): Buffer {
  const out = Buffer.alloc(block)
  for (let at = 0; at < block; at += 1) out[at] = (((value[at] ?? 0) << 1) | ((value[at + 1] ?? 0) >> 7)) & 0xff
  if ((value[0] ?? 0) & 0x80) out[block - 1] = (out[block - 1] ?? 0) ^ 0x87
  return out
}

const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))

/** The 16 bytes of AES-128-CMAC over a message. Throws where the key is not 16 bytes long. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const encrypt = (plain: Buffer): Buffer => cipher.update(plain)
  const k1 = doubled(encrypt(Buffer.alloc(block)))
  const k2 = doubled(k1)
  const whole = message.length > 0 && message.length % block === 0
  const count = Math.max(1, Math.ceil(message.length / block))
  let state = Buffer.alloc(block) as Buffer
  for (let n = 0; n < count; n += 1) {
    const part = Buffer.alloc(block)
    part.set(message.subarray(n * block, (n + 1) * block))
    if (n < count - 1) state = encrypt(xor(state, part))
    else {
      if (!whole) part[message.length - n * block] = 0x80
      state = encrypt(xor(state, xor(part, whole ? k1 : k2)))
    }
  }
  return state
}
