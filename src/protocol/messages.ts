/** The version of the protocol. */
export const PROTOCOL_VERSION = 1;
/** Largest request or reply, in bytes. */
export const MESSAGE_MAX_BYTES = 16 << 20;

/** A request begins with one of these as a u32; a reply begins with an s32 status: 0, or a negative errno. */
export enum MessageType {
  /** Reply: n, n pairs of ABI key and value, n, n sizes of kmalloc caches, bytes, the release. */
  Hello = 1,
  /** Reply: the payload. */
  Echo = 2,
  /** Payload and reply: words, see exec.ts. */
  Exec = 3,
  /** Reply: splats since the module was loaded, bytes, the console text captured since the last request. */
  Splats = 4,
  /** Payload: a CrashTest, the program and the command that it claims to run. */
  CrashTest = 5,
  /** Answered by the init program: WARN_ON_ONCE warns again. */
  ClearOnce = 6,
  /** Reply: bytes of memory in use, low and high word. */
  MemInfo = 7,
  /** Answered by the init program, as the two below. Payload and reply: programs of the outside, see outside/. */
  Outside = 8,
  /** Reply: lines of text, see outside/hello.ts. */
  OutsideHello = 9,
  /** Payload: the longest wait for ended programs, in ms. Reply: lines of text, see outside/state.ts. */
  OutsideState = 10,
  /** Answered by the init program, as the two below, see tracing.ts. Payload: a path, a zero byte, text to write. */
  TraceWrite = 11,
  /** Payload: a path and a zero byte. Reply: the file. */
  TraceRead = 12,
  /** Payload: the number of a trace event, 0, instructions of a BPF program; empty: removes all programs. */
  TraceAttach = 13,
}

/** The faults that the message CrashTest causes in the guest. */
export enum CrashTest {
  Panic = 1,
  Bug = 2,
  Warn = 3,
  Hang = 4,
  /** A page that is never freed. Reply: its page frame number, low and high word. */
  Leak = 5,
  /** A refcount_t that underflows. */
  Refcount = 6,
  /** Frees a page that claims to be mapped. */
  BadPage = 7,
  NullPointer = 8,
  /** Warns once, and again after ClearOnce. */
  WarnOnce = 9,
  /** Only KASAN notices. */
  UseAfterFree = 10,
}
