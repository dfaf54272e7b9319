/** struct napi_struct with its GRO lists, of a receiving device. */
export class Napi {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
}
