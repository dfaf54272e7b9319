/** Made by tools/make_uapi.js from linux/io_uring.h. */

export const IORING_CQE_BUFFER_SHIFT = 16;
export const IORING_CQE_F_BUFFER = 1;
export const IORING_OFF_SQES = 268435456;
export const IORING_OFF_SQ_RING = 0;
export const IORING_OP_ACCEPT = 13;
export const IORING_OP_ASYNC_CANCEL = 14;
export const IORING_OP_CLOSE = 19;
export const IORING_OP_NOP = 0;
export const IORING_OP_PROVIDE_BUFFERS = 31;
export const IORING_OP_READ = 22;
export const IORING_OP_READ_FIXED = 4;
export const IORING_OP_RECV = 27;
export const IORING_OP_RECVMSG = 10;
export const IORING_OP_REMOVE_BUFFERS = 32;
export const IORING_OP_SEND = 26;
export const IORING_OP_SENDMSG = 9;
export const IORING_OP_SENDMSG_ZC = 48;
export const IORING_OP_SEND_ZC = 47;
export const IORING_OP_SPLICE = 30;
export const IORING_OP_WRITE = 23;
export const IORING_OP_WRITE_FIXED = 5;
export const IORING_RECV_MULTISHOT = 2;
export const IORING_SETUP_CQSIZE = 8;
export const IORING_SETUP_NO_MMAP = 16384;
export const IOSQE_BUFFER_SELECT = 32;
