import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { putPage } from '../../model/mm/page_alloc';
import { type Command } from '../command';
import { consume, pageOf } from '../objects';

const DELTA_MAX = 1000;

/** Harm to the target alone: the model does nothing, so the watcher of the target must notice. */
const HARM = {
  system: 'abuse',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  abuse: true,
  applies: () => true,
  run: () => 0,
} as const;

function harmTarget(name: CommandName, opcode: number): Command {
  return defineCommand({ ...HARM, name, opcode, args: [], draw: () => true });
}

const ABUSE_CORRUPT_REFCOUNT = defineCommand({
  ...HARM,
  name: 'abuse_corrupt_refcount',
  opcode: 203,
  args: [
    { name: 'page', type: 'page' },
    { name: 'delta', type: 'int', min: -DELTA_MAX, max: DELTA_MAX, default: 1 },
  ],
  draw(world, draw, args) {
    args.page = draw.handle(world, 'page');
    args.delta = 1;
    return args.page >= 0;
  },
});

const ABUSE_PUT_PAGE_TWICE = defineCommand({
  name: 'abuse_put_page_twice',
  opcode: 201,
  system: 'abuse',
  args: [{ name: 'page', type: 'page', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  abuse: true,
  draw(world, draw, args) {
    args.page = draw.handle(world, 'page');
    return args.page >= 0;
  },
  applies(world, args) {
    return !pageOf(world, args.page).ofPool;
  },
  run(world, args) {
    const page = pageOf(world, args.page).page;
    consume(world, args.page);
    putPage(world, page);
    putPage(world, page);
    return 0;
  },
});

/** They prove that the host sees a target's end, its splats, its leaks and its wrong answers. */
export const ABUSE_TARGET_COMMANDS: readonly Command[] = [
  ABUSE_PUT_PAGE_TWICE,
  harmTarget('abuse_leak_page', 202),
  ABUSE_CORRUPT_REFCOUNT,
  harmTarget('abuse_panic', 204),
  harmTarget('abuse_loop_forever', 205),
  harmTarget('abuse_warn', 206),
];
