import type { CallersOf } from './caller';

export const ABUSE_CALLERS = {
  abuse_put_page_twice: { nobody: 'abuse', why: 'A caller drops one reference twice.' },
  abuse_leak_page: { nobody: 'abuse', why: 'A caller forgets its reference.' },
  abuse_corrupt_refcount: { nobody: 'abuse', why: 'A caller writes over a counter.' },
  abuse_panic: { nobody: 'abuse', why: 'The kernel panics, to prove that a target sees it.' },
  abuse_loop_forever: { nobody: 'abuse', why: 'The kernel hangs, to prove that a target sees it.' },
  abuse_warn: { nobody: 'abuse', why: 'The kernel warns, to prove that a target sees it.' },
  skb_set_mem_info: { nobody: 'design', why: 'The memory info in the skb, of the RFC of 2018.' },
} as const satisfies CallersOf;
