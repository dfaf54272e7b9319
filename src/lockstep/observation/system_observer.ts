import type { Observer } from './observe';
import type { World, HandleObject } from '../../model/world/world';

/** Writes the words of one object, behind the word that says kind and handle number. */
export type SystemObserver = (observer: Observer, world: World, object: HandleObject) => void;
