// The mail of a finding of user space: system calls by their names, the newest kernel's words, and no word of ours.

import { mailOfUserSpace, type TriedUserSpace } from '../../src/cli/support/outside/mail_of_user_space';
import { PROMISES } from '../../src/outside/promises';
import { maintainerText } from '../../src/report/maintainer_report';
import { sentenceOf, signatureOf, type Verdict } from '../../src/session/verdict';
import { profileOf, programOf } from '../support/model';

const PROGRAM = programOf(
  profileOf('linux-6.12'),
  [
    'as: user',
    '# found on linux-6.12.43: peek-is-next: recv takes 7 bytes that differ from those that were peeked',
    '# Two sockets of the loopback device.',
    'fd1 = socket(family: inet, type: stream)',
    'fd2 = socket(family: inet, type: stream)',
    'connect(fd: fd2, to: fd1)',
    'recv(fd: fd2, len: 77, flags: peek)',
  ].join('\n'),
);
const ANSWERS = new Map([
  [0, '100'],
  [2, 'ECONNREFUSED'],
]);

const splatOn = (line: number): Verdict => ({
  ...{ kind: 'splat', place: { call: 3, command: 'recv', settling: false } },
  ...{ title: 'WARNING in tcp_fake', source: `net/ipv4/tcp.c:${line}` },
  text:
    '------------[ cut here ]------------\n' +
    `WARNING: CPU: 0 PID: 1 at net/ipv4/tcp.c:${line} tcp_fake+0x1/0x2\n` +
    '---[ end trace 0000000000000000 ]---\n',
});
const broken: Verdict = {
  ...{ kind: 'promise', place: { call: 3, command: 'recv', settling: false }, promise: 'peek-is-next' },
  ...{ objectKind: 'fd', message: '7 bytes differ from those that were peeked' },
};

function tried(release: string, verdict: Verdict): TriedUserSpace {
  const row = { target: `linux-${release}`, release, has: verdict.kind !== 'clean' };
  return { row: { ...row, sentence: sentenceOf(verdict), signature: signatureOf(verdict) }, verdict, answers: ANSWERS };
}

const mailOf = (...all: TriedUserSpace[]): string => maintainerText(mailOfUserSpace('findings/f.skb', PROGRAM, all));

test('begins with a subject that names function, place and newest release', () => {
  const mail = mailOf(tried('6.12.43', splatOn(100)), tried('7.3.4', splatOn(200)));
  expect(mail.split('\n')[0]).toBe('Subject: [BUG] WARNING in tcp_fake at net/ipv4/tcp.c:200 (7.3.4)');
});

test('quotes the newest kernel that shows it, and not the oldest or a clean one', () => {
  const mail = mailOf(
    tried('6.12.43', splatOn(100)),
    tried('6.12.90', splatOn(150)),
    tried('7.3.4', { kind: 'clean' }),
  );
  expect(mail).toContain("The kernel's own words (6.12.90)\n");
  expect(mail).toContain('at net/ipv4/tcp.c:150 tcp_fake');
  expect(mail).not.toContain('at net/ipv4/tcp.c:100 tcp_fake');
});

test('names each call by its system calls, with the answer of the kernel, and marks the guilty one', () => {
  const mail = mailOf(tried('7.3.4', splatOn(200)));
  expect(mail).toMatch(/^ +1\. socket\(2\): family inet, type stream -> fd1 = 100$/m);
  expect(mail.replace(/\s+/g, ' ')).toMatch(/3\. connect\(2\).*: fd2, to fd1; connect\(2\) = ECONNREFUSED/);
  expect(mail).toMatch(/^-> +4\. recvmsg\(2\).*: fd2, len 77, flags peek$/m);
});

test('blames the system call that was judged, and not one that only closes what it made', () => {
  const program = programOf(profileOf('linux-6.12'), 'as: user\nsend_raw(len: 20, ihl: 0, protocol: experiment)');
  const place = { call: 0, command: 'send_raw', settling: false };
  const verdict: Verdict = {
    ...{ kind: 'promise', place, promise: 'header-is-valid' },
    objectKind: 'fd',
    message: 'odd',
  };
  const one = { ...tried('7.3.4', verdict), answers: new Map([[0, '20']]) };
  const mail = maintainerText(mailOfUserSpace('findings/f.skb', program, [one])).replace(/\s+/g, ' ');
  expect(mail).toMatch(/^Subject: \[BUG\] sendto\(2\): odd/);
  expect(mail).toContain('sendto(2) = 20');
});

test('says that a bug may be fixed where the newest kernel does not show it, and else not', () => {
  const IS_FIXED = /7\.3\.4 does not show it, so it may be fixed there/;
  const silent = mailOf(tried('6.12.43', splatOn(100)), tried('7.3.4', { kind: 'clean' }));
  expect(silent.replace(/\s+/g, ' ')).toMatch(IS_FIXED);
  expect(mailOf(tried('6.12.43', { kind: 'clean' }), tried('7.3.4', splatOn(100))).replace(/\s+/g, ' ')).not.toMatch(
    IS_FIXED,
  );
});

test('names the reproducer in C, and no command of ours', () => {
  const mail = mailOf(tried('7.3.4', splatOn(200)));
  expect(mail).toContain('repro.c, attached');
  expect(mail).not.toMatch(/skbcheck|npx|\.skb/);
});

test('says what is promised, by its source, and not by the name that we gave the promise', () => {
  const mail = mailOf(tried('7.3.4', broken)).replace(/\s+/g, ' ');
  const promise = PROMISES.find(({ name }) => name === 'peek-is-next');
  expect(mail).toContain(`Subject: [BUG] recvmsg(2): 7 bytes differ`);
  expect(mail).toContain(`Source: ${promise?.source.replace(/[^\x20-\x7e]/g, '?') ?? ''}`);
  expect(mail).not.toMatch(/peek-is-next|found on/);
  expect(mail).toContain('Two sockets of the loopback device.');
});
