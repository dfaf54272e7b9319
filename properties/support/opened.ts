// A target that a test opens (a VM, a process) keeps jest alive until it is closed. A file that imports this closes all
// that it opened, even when its tests fail.

/** A target, or any other object that must be closed. */
interface Closable {
  close(): Promise<void>;
}

const opened = new Set<Closable>();
let isOver = false;

/** Closes it when the tests of this file end, or with `closeOpened`. Closing it earlier as well does no harm. */
export async function opens<T extends Closable>(opening: T | Promise<T>): Promise<T> {
  const thing = await opening;
  opened.add(thing);
  // A test that ran out of time may still be opening it.
  if (isOver) await closeOpened();
  return thing;
}

/** Closes all open objects: `afterEach(closeOpened)` where tests share nothing. */
export async function closeOpened(): Promise<void> {
  const things = [...opened];
  opened.clear();
  await Promise.all(things.map((thing) => thing.close()));
}

afterAll(async () => {
  isOver = true;
  await closeOpened();
});
