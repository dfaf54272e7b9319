import { PLACE_PAGES } from '../../../commands/outside/socket/zerocopy_recv';

/** The pages of a stream that a program has mapped. */
export class JudgedMapping {
  /** Some place is mapped: the socket stays open when its descriptor is closed. */
  isThere = false;
  /** Places that the program named since it unmapped all. */
  readonly places = new Set<number>();
  /** By page, counted over all places: the bytes that it holds. */
  private readonly pages = new Map<number, Buffer>();

  /** @param pages - from the first page of the place on */
  receive(place: number, pages: readonly Buffer[]): void {
    pages.forEach((page, at) => this.pages.set(place * PLACE_PAGES + at, page));
  }

  /** Nobody knows what the first pages of a place hold. */
  forget(place: number, count: number): void {
    const first = place * PLACE_PAGES;
    for (let at = first; at < first + count; at++) this.pages.delete(at);
  }

  clear(): void {
    this.isThere = false;
    this.places.clear();
    this.pages.clear();
  }

  /**
   * Why the pages are not what was received, each; null: they are.
   * @param seen - the pages of all places that the program named, in their order
   */
  complaints(seen: readonly Buffer[]): (string | null)[] {
    const order = [...this.places].sort((one, other) => one - other);
    return [...this.pages].map(([at, bytes]) => {
      const page = at % PLACE_PAGES;
      const now = seen.at(order.indexOf(Math.floor(at / PLACE_PAGES)) * PLACE_PAGES + page);
      if (now === undefined || now.length < bytes.length) return `page ${page} of a mapping is missing`;
      return now.equals(bytes) ? null : `page ${page} of a mapping has changed since it was received`;
    });
  }
}
