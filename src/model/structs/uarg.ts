import type { Page } from './page';
import type { Sock } from './sock';

/** struct ubuf_info: the owner of zerocopy user pages. */
export class Uarg {
  id = 0;
  refcnt = 1;
  /** SKBFL_* flags that skb_zcopy_set copies to the skb. */
  flags = 0;
  /** ->callback (6.1) or ->ops->complete (6.12) calls, and how many of them said success. */
  completions = 0;
  successes = 0;
  /** The last reference was dropped: user space may rewrite the pages. */
  completed = false;
  /** User pages that the owner itself keeps pinned until it is completed (managed frags rely on it). */
  readonly pinned: Page[] = [];
  /** The socket that msg_zerocopy_alloc took a reference on: skb_from_uarg(uarg)->sk. */
  sk: Sock | null = null;
  index = 0;
  seenReferences = 0;
}
