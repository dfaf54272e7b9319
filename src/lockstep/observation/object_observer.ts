import type { HandleObject, World } from '../../model/world/world';
import type { ObservationWords } from './observation_words';

/** Writes the words of one object, behind the word that says kind and handle number. */
export type ObjectObserver = (out: ObservationWords, world: World, object: HandleObject) => void;
