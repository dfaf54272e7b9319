import { firstLine, TargetUnavailableError } from '../../../session/errors';

/** A search whose figures can be read before its end. */
interface CountedSearch<Counts> {
  run(): Promise<Counts>;
  result(): Counts;
}

/**
 * Searches. A target that does not open again ends the search; what was found until then stays.
 * @param findings - that there are: without any the error is all that there is to say
 * @throws TargetUnavailableError when nothing was found
 */
export async function countsOf<Counts extends object>(
  search: CountedSearch<Counts>,
  findings: number,
): Promise<Counts & { readonly cutShort?: string }> {
  try {
    return await search.run();
  } catch (error) {
    if (!(error instanceof TargetUnavailableError) || findings === 0) throw error;
    return { ...search.result(), cutShort: firstLine(error) };
  }
}
