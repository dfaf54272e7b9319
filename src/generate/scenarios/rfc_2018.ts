import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf, CORE_SYSTEMS, type Follows } from '../usual';
import { commandsOf, type Scenario } from '../scenario';

/**
 * Followers in the driver of the RFC: it sets memory info in place of the mark, and releases a page before it becomes a
 * frag.
 */
const FOLLOWS: Follows = {
  ...usuallyNextOf(['rfc-2018']),
  page_pool_alloc_pages: [
    'device_write',
    'build_skb',
    'build_skb',
    'napi_build_skb',
    'page_pool_release_page',
    'get_page',
  ],
  page_pool_release_page: ['skb_add_rx_frag', 'skb_add_rx_frag', 'device_write', 'skb_fill_page_desc'],
  build_skb: ['skb_put', 'skb_set_mem_info', 'skb_set_mem_info', 'skb_reserve'],
  napi_build_skb: ['skb_put', 'skb_set_mem_info', 'skb_set_mem_info', 'skb_reserve'],
  build_skb_around: ['skb_put', 'skb_set_mem_info', 'skb_set_mem_info', 'skb_reserve'],
  skb_put: [
    ...names('skb_try_coalesce', 'skb_try_coalesce', 'skb_set_owner_w', 'skb_set_owner_r', 'skb_clone'),
    ...names('skb_set_mem_info', 'skb_append_frag_list'),
  ],
};

export const RFC_2018: Scenario = {
  name: 'rfc-2018',
  title: 'the return hook of 2018: memory info in the skb, no page of a pool as a frag',
  commands: commandsOf([...CORE_SYSTEMS, 'rfc-2018']),
  weights: {
    ...weightsOf([...CORE_SYSTEMS, 'rfc-2018']),
    page_pool_release_page: 16,
  },
  follows: {
    ...usuallyNextOf(CORE_SYSTEMS),
    ...FOLLOWS,
  },
  profiles: ['rfc-2018', 'rfc-2018-frag-list', 'rfc-2018-refuse'],
  modelOnly: 'no kernel was released with the memory info in the skb',
  length: { min: 5, usual: 110, max: 200 },
};
