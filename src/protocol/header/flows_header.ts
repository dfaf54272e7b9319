import { FLOWS, type Flow } from '../../commands/gro/flows';
import { cHeader } from './c_text';

const FLOW_STRUCT = `struct skbcheck_flow {
	u8 macs[12]; /* destination, then source: the start of the Ethernet header */
	u32 saddr;
	u32 daddr;
	u16 sport;
	u16 dport;
	u32 seq;
	u32 ack;
};`;

function flowText({ macs, saddr, daddr, sport, dport, seq, ack }: Flow): string {
  return `\t{ { ${macs.join(', ')} }, ${saddr}u, ${daddr}u, ${sport}, ${dport}, ${seq}u, ${ack}u },`;
}

/** `made/flows.h`: addresses, ports and first sequence numbers of the flows that packets belong to. */
export function flowsHeader(): string {
  return cHeader('flows', [
    FLOW_STRUCT,
    ['static const struct skbcheck_flow skbcheck_flows[] = {', ...FLOWS.map(flowText), '};'].join('\n'),
  ]);
}
