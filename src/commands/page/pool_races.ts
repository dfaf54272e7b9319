import { defineCommand } from '../define_command';
import type { PageRef } from '../../model/structs/page';
import { freePages } from '../../model/mm/page_alloc';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, pageOf } from '../objects';
import { mayPutPlain } from './page';
import { pickHandle } from '../pick';

/** Returns whether the reference is a plain one to the whole page. */
function mayFree(world: World, ref: PageRef): boolean {
  return mayPutPlain(ref) && !ref.page.ppSignature && ref.size === world.abi.pageSize << ref.page.order;
}

/** __free_pages(page, order) by a caller that knows the order. put_page reads it from the page. */
const FREE_PAGES = defineCommand({
  name: '__free_pages',
  opcode: 480,
  system: 'races',
  args: [{ name: 'page', type: 'page', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  modelOnly: 'alone it is put_page, and two CPUs of a kernel cannot be steered to a point',
  points: ['__free_pages: reference dropped'],
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', (ref) => mayFree(world, ref));
    return args.page >= 0;
  },
  applies(world, args) {
    return mayFree(world, pageOf(world, args.page));
  },
  run(world, args) {
    const ref = pageOf(world, args.page);
    consume(world, args.page);
    freePages(world, ref.page);
    return 0;
  },
});

export const RACES_COMMANDS: readonly Command[] = [FREE_PAGES];
