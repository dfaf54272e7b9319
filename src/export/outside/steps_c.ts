import { CALL_LIMIT_MS, type Step, type StepResult, type SyscallStep } from '../../commands/outside/step';

/** Bytes of a string in one line of C. */
const LINE_BYTES = 16;
/** Longer answers are printed in part and not compared. */
const COMPARED_BYTES = 256;

/**
 * The C statements of one call's steps, for kernel/repro/user_space.h.
 * @param seenAt - the answer to the step at a position, where the bug was seen; undefined: nobody has seen it
 */
export function stepsC(steps: readonly Step[], seenAt: (step: number) => StepResult | undefined): string[] {
  const lines: string[] = [];
  let number = 0;
  for (const step of steps) {
    const seen = seenAt(number++);
    if (step.op !== 'repeat') {
      lines.push(...stepC(step, seen));
      continue;
    }
    number += step.steps.length;
    const inner = step.steps.flatMap((one) => stepC(one, undefined));
    const more = step.until === 'end' ? 'ret > 0' : 'ret >= 0';
    lines.push(`ret = 1;`, `for (int i = 0; i < ${step.times} && ${more}; i++) {`, ...inner.map((line) => `\t${line}`));
    lines.push('}');
  }
  return lines;
}

function stepC(step: Exclude<Step, { op: 'repeat' }>, seen: StepResult | undefined): string[] {
  switch (step.op) {
    case 'syscall':
      return syscallC(step, seen);
    case 'poke':
      return pokeC(step.at, step.bytes);
    case 'fill':
      return [`fill(${hex(step.at)}, ${step.bytes}, ${hex(step.seed >>> 0)}u);`];
    case 'add':
      return [`add(${hex(step.at)}, ${hex(step.from)}, ${hex(step.plus >>> 0)}u);`];
    case 'peek':
      return [`show("memory", ${hex(step.at)}, ${step.bytes}, ${seenBytes(seen, 0)});`];
  }
}

function syscallC(step: SyscallStep, seen: StepResult | undefined): string[] {
  const { name, args, fd, pair, out = [], limit_ms = CALL_LIMIT_MS } = step;
  const words = args.length === 0 ? '0' : args.map(wordC).join(', ');
  const lines = [`ret = call(${limit_ms}, SYS_${name}, (uint64_t[6]){ ${words} });`];
  if (fd !== undefined) lines.push(`ret = move(ret, ${fd});`);
  if (pair !== undefined) lines.push(`if (ret >= 0)`, `\tmove_pair((void *)${hex(pair.at)}, ${pair.fds.join(', ')});`);
  lines.push(`told("${name}", ret, ${seen === undefined ? 'NO_SEEN' : String(seen.ret)});`);
  for (const [index, { at, bytes, upToReturn }] of out.entries()) {
    const shown = upToReturn === true ? `ret > ${bytes} ? ${bytes} : ret` : String(bytes);
    lines.push(`show("bytes", ${hex(at)}, ${shown}, ${seenBytes(seen, index)});`);
  }
  return lines;
}

function seenBytes(seen: StepResult | undefined, index: number): string {
  const bytes = seen?.out.at(index);
  if (bytes === undefined || bytes.length === 0 || bytes.length > COMPARED_BYTES) return 'NULL';
  return `"${[...bytes].map(escaped).join('')}"`;
}

function pokeC(at: number, bytes: Buffer): string[] {
  if (bytes.every((byte) => byte === 0)) return [`memset((void *)${hex(at)}, 0, ${bytes.length});`];
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; from += LINE_BYTES)
    lines.push(`     "${[...bytes.subarray(from, from + LINE_BYTES)].map(escaped).join('')}"`);
  const [first, ...others] = lines;
  const all = [`poke(${hex(at)}, ${first.trim()}`, ...others];
  return [...all.slice(0, -1), `${all[all.length - 1]}, ${bytes.length});`];
}

const escaped = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;

const hex = (value: number): string => `0x${value.toString(16)}`;

function wordC(arg: number | bigint): string {
  if (typeof arg === 'bigint') return `0x${BigInt.asUintN(64, arg).toString(16)}ull`;
  if (arg < 0) return `(uint64_t)${arg}ll`;
  return arg > 0xffff ? `${hex(arg)}ull` : String(arg);
}
