import { isTunnel } from '../../../commands/outside/link/devices';
import { type FlowWord, versionOf } from '../../../commands/outside/link/flows';
import { GENL_BEFORE } from '../../../commands/outside/link/steps/genl_steps';
import { MACSEC_MESSAGES } from '../../../commands/outside/link/macsec';
import { deviceMessageCount, MERGE_WORDS, WAY_MESSAGES } from '../../../commands/outside/link/tunnel';
import {
  carriedBy,
  isFragmented,
  TUNNEL_HEADER_MAX_BYTES,
  TUNNEL_WORDS,
  tunnelKind,
  tunnelPort,
} from '../../../commands/outside/link/tunnel_words';
import type { OutsideLink } from '../../../model/structs/outside';
import { valueOf } from '../args';
import type { History, Told } from '../history';
import { didAll } from './acks';
import { addLink, lose } from './judge_links';

/* Links whose packets go over others with headers before them. */

export function judgeTunnel(history: History, told: Told): void {
  const word = TUNNEL_WORDS[valueOf(told, 'kind')];
  const { link, ends } = addLink(history, told, tunnelKind(word));
  link.carries = carriedBy(word);
  link.lower = history.links.link(valueOf(told, 'link')) ?? null;
  const below = history.devices.of(valueOf(told, 'link'));
  if (below === undefined || !didAll(told, deviceMessageCount(word), WAY_MESSAGES)) return lose(ends);
  if (word.startsWith('vxlan') || word.startsWith('geneve'))
    history.links.udpTunnels[tunnelPort(link)] = word.startsWith('vxlan') ? 'vxlan' : 'geneve';
  ends.near.lower = below.near;
  ends.far.merges = MERGE_WORDS[valueOf(told, 'gro')] === 'on' || below.far.merges;
  const mtu = valueOf(told, 'mtu');
  const fits = below.near.mtu - TUNNEL_HEADER_MAX_BYTES;
  // Longer ones are dropped, or come out: the kernel looks at the route.
  ends.near.mtu = isFragmented(word, valueOf(told, 'flags')) ? mtu : Math.min(mtu, fits);
  // The room below is unknown; or too little for the tunnel to work (ip_tunnel_bind_dev).
  if (below.near.isUncertain || fits < LEAST_MTU) ends.near.mtu = 0;
}

export function judgeMacsec(history: History, told: Told): void {
  const { link, ends } = addLink(history, told, 'tunnel');
  link.lower = history.links.link(valueOf(told, 'link')) ?? null;
  const below = history.devices.of(valueOf(told, 'link'));
  const hasKeys = didAll(told, MACSEC_MESSAGES.keys, GENL_BEFORE);
  if (history.level === 'user') {
    // GENL_ADMIN_PERM of macsec_genl_ops (6.1 to 7.3).
    history.ask('needs-privilege', hasKeys ? 'macsec takes keys of a user who has no rights to it' : null, 'program');
  }
  // Without keys the device sends nothing.
  ends.near.mtu = 0;
  if (below === undefined || !hasKeys || !didAll(told, MACSEC_MESSAGES.links)) return lose(ends);
  ends.near.lower = below.near;
  ends.far.merges = MERGE_WORDS[valueOf(told, 'gro')] === 'on' || below.far.merges;
  ends.near.mtu = ends.far.mtu = below.near.isUncertain ? 0 : below.near.mtu - MACSEC_BYTES;
}

/** The path looks the same to its ends; packets that come in without ESP are dropped. */
export function judgeEsp(history: History): void {
  history.hasPolicies = true;
}

/** The tag with its channel, and the check: macsec_newlink. */
const MACSEC_BYTES = 32;

/** A link of IPv6 has as much: RFC 8200 section 5. */
const LEAST_MTU = 1280;
const HEADERS_BYTES = 60;

/** Whether a packet that a program writes into a link comes out for certain, as far as tunnels decide. */
export function fitsTunnels(history: History, link: OutsideLink, word: FlowWord, bytes: number): boolean {
  if (!isTunnel(link)) return true;
  const mtu = history.devices.of(link.id)?.near.mtu ?? 0;
  return link.carries.includes(versionOf(word)) && bytes + HEADERS_BYTES <= mtu;
}
