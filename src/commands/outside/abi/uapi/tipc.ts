/** Made by tools/make_uapi.js from linux/tipc.h. */

export const TIPC_SERVICE_ADDR = 2;
export const TIPC_SERVICE_RANGE = 1;
export const TIPC_SOCKET_ADDR = 3;
