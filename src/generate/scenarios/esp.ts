import { usuallyNextOf, weightsOf, CORE_SYSTEMS } from '../usual';
import { commandsOf, type Scenario } from '../scenario';

const SYSTEMS = [...CORE_SYSTEMS, 'esp'];

/** esp replaces the frags of packets: every call of it may fail, and memory may be short. */
export const ESP: Scenario = {
  name: 'esp',
  title: 'esp encrypts packets with frags, managed ones of user space among them, and every call in it may fail',
  commands: commandsOf(SYSTEMS),
  weights: {
    ...weightsOf(SYSTEMS),
    ...{ alloc_pages: 32, device_write: 64, skb_add_rx_frag: 160, skb_fill_page_desc_managed: 160, skb_zcopy_set: 64 },
    ...{ esp_output_tail: 256, skb_mark_for_recycle: 24 },
  },
  follows: {
    ...usuallyNextOf(SYSTEMS),
    alloc_skb: ['skb_add_rx_frag', 'skb_zcopy_set', 'skb_put', 'esp_output_tail'],
    skb_zcopy_set: ['skb_fill_page_desc_managed', 'skb_fill_page_desc_managed'],
    skb_fill_page_desc_managed: ['esp_output_tail', 'esp_output_tail', 'skb_fill_page_desc_managed'],
    skb_add_rx_frag: ['esp_output_tail', 'esp_output_tail', 'skb_mark_for_recycle', 'skb_add_rx_frag'],
    skb_mark_for_recycle: ['esp_output_tail', 'esp_output_tail', 'skb_clone'],
  },
  modelOnly: 'there is no xfrm state in the VMs, and skb_to_sgvec cannot be made to fail by a call',
  length: { min: 5, usual: 90, max: 180 },
};
