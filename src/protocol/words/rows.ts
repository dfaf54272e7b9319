import type { Row } from './grammar';
import * as core from './core';
import * as mvneta from './mvneta';
import * as splice from './splice';
import * as structs from './structs';
import * as xdp from './xdp';
import * as xsk from './xsk';

function isRow(of: unknown): of is Row {
  return typeof of === 'object' && of !== null && 'words' in of;
}

/** Every row of every observation, for the C header. */
export const ROWS: readonly Row[] = [structs, core, xdp, xsk, splice, mvneta].flatMap((file) =>
  (Object.values(file) as unknown[]).filter(isRow),
);
