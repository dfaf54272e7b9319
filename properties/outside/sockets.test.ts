// Parts of the judge of sockets, and of commands, without a kernel.
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { aesCcm } from '../../src/commands/outside/abi/aes_ccm';
import { Channel } from '../../src/outside/judge/channel';
import { JudgedFd } from '../../src/outside/judge/judged_fd';
import { loseTrackOfCork, sendDatagram } from '../../src/outside/judge/send';

const bytes = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));

test('AES-CCM encrypts as OpenSSL does', () => {
  const plain = fc.uint8Array({ minLength: 1, maxLength: 100 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(bytes(16), bytes(12), bytes(13), plain, (key, nonce, aad, text) => {
      const cipher = createCipheriv('aes-128-ccm', key, nonce, { authTagLength: 16 });
      cipher.setAAD(aad, { plaintextLength: text.length });
      const parts = [cipher.update(text), cipher.final()];
      expect(aesCcm(key, nonce, aad, text)).toEqual(Buffer.concat([...parts, cipher.getAuthTag()]));
    }),
    { numRuns: 30 },
  );
});

describe('the reader of a stream', () => {
  const sent = (text: string, isUrgent = false): Channel => {
    const channel = new Channel();
    channel.write(Buffer.from(text), isUrgent);
    return channel;
  };

  test('is at the mark when all before the urgent byte is read, and nobody says so behind it', () => {
    const channel = sent('abcX', true);
    expect(channel.isAtMark).toBe(false);
    channel.beginRead();
    expect(channel.read(Buffer.from('abc'))).toBe(-1);
    expect(channel.isAtMark).toBe(true);
    channel.beginRead();
    expect(channel.isAtMark).toBeUndefined();
  });

  test('gets the bytes in the stream for certain, the urgent one perhaps', () => {
    const channel = sent('abcX', true);
    channel.write(Buffer.from('de'));
    expect([channel.left, channel.leftInline]).toEqual([6, 5]);
    channel.read(Buffer.from('abc'));
    expect([channel.left, channel.leftInline]).toEqual([3, 2]);
  });

  test('is at no mark of a stream without urgent bytes', () => {
    expect(sent('abc').isAtMark).toBe(false);
  });

  test('finds an urgent byte that waits until it is taken apart from the stream', () => {
    const { mark } = sent('X', true);
    expect(mark.waits).toBe(true);
    mark.isTaken = true;
    expect(mark.waits).toBe(false);
  });
});

test("A datagram is nobody's for certain once its sender may have corked one for another socket", () => {
  const [sender, peer, other] = [1, 2, 3].map((id) => new JudgedFd(id, 'socket', 'inet6', 'dgram'));
  sender.peer = peer;
  sendDatagram(sender, other, Buffer.alloc(0), { more: true, segment: 0 });
  expect(sender.corkedTo).toBe(other);
  loseTrackOfCork(sender, other);
  expect([peer.datagrams.unknown, other.datagrams.unknown]).toEqual([true, true]);
  const third = new JudgedFd(4, 'socket', 'inet6', 'dgram');
  sender.peer = third;
  sendDatagram(sender, other, Buffer.from('x'), { more: false, segment: 0 });
  expect(third.datagrams.unknown).toBe(true);
});
