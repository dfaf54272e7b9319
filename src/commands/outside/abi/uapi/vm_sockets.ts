/** Made by tools/make_uapi.js from sys/socket.h, linux/vm_sockets.h. */

export const SOL_VSOCK = 287;
export const VSOCK_RECVERR = 1;
