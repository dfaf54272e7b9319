import { cat, u32 } from '../bytes';
import { type Attributes, attrText, nest } from '../netlink/attribute';
import {
  TC_ACT_OK,
  TC_ACT_PIPE,
  TC_ACT_RECLASSIFY,
  TC_ACT_SHOT,
  TC_ACT_STOLEN,
  TC_ACT_UNSPEC,
  TCA_ACT_KIND,
  TCA_ACT_OPTIONS,
} from '../uapi/cls';

/** An action of a filter: actions/. */
export interface TcAction {
  readonly kind: string;
  readonly options: Attributes;
}

/** Where a packet goes after an action: include/uapi/linux/pkt_cls.h, TC_ACT_*. */
export const CONTROLS = {
  ok: TC_ACT_OK,
  pipe: TC_ACT_PIPE,
  drop: TC_ACT_SHOT,
  continue: TC_ACT_UNSPEC,
  reclassify: TC_ACT_RECLASSIFY,
  stolen: TC_ACT_STOLEN,
} as const;
export type Control = keyof typeof CONTROLS;

/** tc_gen, 20 bytes, with which the parameters of each action begin. The kernel chooses the index. */
export const tcGen = (control: Control): Buffer => cat(u32(0), u32(0), u32(CONTROLS[control]), u32(0), u32(0));

/** Actions, numbered in their order. */
export const actionList = (actions: readonly TcAction[]): Attributes =>
  cat(
    ...actions.map(({ kind, options }, at) =>
      nest(at + 1, attrText(TCA_ACT_KIND, kind), nest(TCA_ACT_OPTIONS, options)),
    ),
  );
