// Draws the flows that GRO programs send: addresses, ports and sequence numbers, with faker at a fixed seed. Their
// numbers are part of the meaning of a saved program, so this was run once; its output is kept:
//   node tools/make_flows.js
// The kernel module gets the same flows when it is built: src/protocol/header/flows_header.ts.
'use strict';

const { writeFileSync } = require('node:fs');
const path = require('node:path');
const { faker } = require('@faker-js/faker');

const SEED = 1184467;
const FLOWS = 16;
/** Flows from this index on differ from an earlier one in one thing. */
const FIRST_VARIANT = 10;

faker.seed(SEED);

function drawFlow() {
  const host = () => ({ mac: faker.internet.mac(), ip: faker.internet.ipv4(), port: faker.internet.port() });
  return {
    from: host(),
    to: host(),
    seq: faker.number.int({ max: 0xffffffff }),
    ack: faker.number.int({ max: 0xffffffff }),
  };
}

function variant(flow, i) {
  const other = drawFlow();
  if (i % 3 === 0) return { ...flow, from: { ...flow.from, mac: other.from.mac } };
  if (i % 3 === 1) return { ...flow, from: { ...flow.from, port: other.from.port } };
  return { ...flow, to: { ...flow.to, ip: other.to.ip } };
}

const flows = [];
for (let i = 0; i < FLOWS; i++) flows.push(i < FIRST_VARIANT ? drawFlow() : variant(flows[i - FIRST_VARIANT], i));
// One flow is about to wrap its sequence numbers.
flows[1].seq = 0xffffffff - 1500;

const hex = (value, digits) => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;
const macBytes = (mac) => mac.split(':').map((byte) => parseInt(byte, 16));
const ipWord = (ip) => ip.split('.').reduce((word, byte) => word * 256 + Number(byte), 0);
const numbers = flows.map(({ from, to, seq, ack }) => {
  const toMac = macBytes(to.mac);
  // A unicast address, which a device of this host would accept.
  toMac[0] &= 0xfe;
  return {
    macs: [...toMac, ...macBytes(from.mac)],
    saddr: ipWord(from.ip),
    daddr: ipWord(to.ip),
    sport: from.port,
    dport: to.port,
    seq,
    ack,
  };
});

const root = path.join(__dirname, '..');
const head =
  'Made by tools/make_flows.js: addresses, ports and first sequence numbers of the flows, drawn once with faker.';
const tsRows = numbers.map(
  ({ macs, saddr, daddr, sport, dport, seq, ack }) =>
    `  {\n    macs: [${macs.map((byte) => hex(byte, 2)).join(', ')}],\n` +
    `    saddr: ${hex(saddr, 8)},\n    daddr: ${hex(daddr, 8)},\n    sport: ${sport},\n    dport: ${dport},\n` +
    `    seq: ${hex(seq, 8)},\n    ack: ${hex(ack, 8)},\n  },\n`,
);
writeFileSync(
  path.join(root, 'src', 'commands', 'gro', 'flows.ts'),
  `/** ${head} */
export interface Flow {
  /** Destination, then source: the start of the Ethernet header. */
  readonly macs: readonly number[];
  readonly saddr: number;
  readonly daddr: number;
  readonly sport: number;
  readonly dport: number;
  readonly seq: number;
  readonly ack: number;
}

export const FLOWS: readonly Flow[] = [
${tsRows.join('')}];
`,
);
