/** Whether the word at a position of a set of words is in the set. */
export const bit = (set: number, at: number): boolean => ((set >>> at) & 1) === 1;
