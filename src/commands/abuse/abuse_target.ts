import { putPage } from '../../model/mm/page_alloc';
import { consume, pageOf, type Arg, type Command } from '../command';

const DELTA_MAX = 1000;

interface Harm {
  readonly name: string;
  readonly opcode: number;
  readonly args: readonly Arg[];
}

/** Harm that only a target feels: the model does nothing, so that whoever watches the target must notice. */
function harmTarget({ name, opcode, args }: Harm): Command {
  return {
    name,
    opcode,
    system: 'abuse',
    args,
    outcomes: ['ok'],
    allocates: false,
    contextual: false,
    abuse: true,
    draw(world, draw, drawn) {
      if (args.length === 0) return true;
      drawn[0] = draw.handle(world, 'page');
      drawn[1] = 1;
      return drawn[0] >= 0;
    },
    applies: () => true,
    run: () => 0,
  };
}

const ABUSE_PUT_PAGE_TWICE: Command = {
  name: 'abuse_put_page_twice',
  opcode: 201,
  system: 'abuse',
  args: [{ name: 'page', type: 'page', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  abuse: true,
  draw(world, draw, args) {
    args[0] = draw.handle(world, 'page');
    return args[0] >= 0;
  },
  applies(world, args) {
    return !pageOf(world, args[0]).ofPool;
  },
  run(world, args) {
    const page = pageOf(world, args[0]).page;
    consume(world, args[0]);
    putPage(world, page);
    putPage(world, page);
    return 0;
  },
};

/** Prove that a target's end, its splats, its leaks and its lies are seen. */
export const ABUSE_TARGET_COMMANDS: readonly Command[] = [
  ABUSE_PUT_PAGE_TWICE,
  harmTarget({ name: 'abuse_leak_page', opcode: 202, args: [] }),
  harmTarget({
    name: 'abuse_corrupt_refcount',
    opcode: 203,
    args: [
      { name: 'page', type: 'page' },
      { name: 'delta', type: 'int', min: -DELTA_MAX, max: DELTA_MAX, default: 1 },
    ],
  }),
  harmTarget({ name: 'abuse_panic', opcode: 204, args: [] }),
  harmTarget({ name: 'abuse_loop_forever', opcode: 205, args: [] }),
  harmTarget({ name: 'abuse_warn', opcode: 206, args: [] }),
];
