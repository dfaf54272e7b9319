/** The largest number of packets that are alive at a time. */
const ALIVE = 12;
/**
 * A program has at most 1024 names, and each packet needs three: the calls between its creation and its end make none.
 */
const PACKETS = 300;

/**
 * The text of a program of `calls` calls in which packets of a pool are created, charged and discharged, cloned, and
 * freed. On a correct model it is clean.
 */
export function longProgram(calls: number): string {
  const lines = [
    'pool1 = page_pool_create(order: 0, pool_size: 16, flags: dma_map|dma_sync_dev)',
    'sock1 = sk_alloc()',
  ];
  const between = Math.max(0, Math.ceil(calls / PACKETS) - 7);
  for (let n = 1; lines.length < calls; n++) {
    const [page, skb, clone] = ['page', 'skb', 'clone'].map((kind) => `${kind}${n}`);
    lines.push(
      `${page} = page_pool_alloc_pages(pool: pool1)`,
      `${skb} = build_skb(page: ${page}, frag_size: 4096)`,
      `skb_put(skb: ${skb}, len: ${64 + n})`,
      `skb_mark_for_recycle(skb: ${skb})`,
      ...Array.from({ length: between }, (_, i) => stepOf(skb, i)),
      `${clone} = skb_clone(skb: ${skb})`,
      `kfree_skb(skb: ${clone})`,
    );
    // The packet itself lives on for a while.
    if (n > ALIVE) lines.push(`kfree_skb(skb: skb${n - ALIVE})`);
  }
  return `profile linux-6.12\n${lines.slice(0, calls).join('\n')}\n`;
}

function stepOf(skb: string, i: number): string {
  const steps = [
    `skb_put(skb: ${skb}, len: 4)`,
    `skb_set_owner_r(skb: ${skb}, sock: sock1)`,
    `skb_pull(skb: ${skb}, len: 2)`,
    `skb_orphan(skb: ${skb})`,
  ];
  return steps[i % steps.length];
}
