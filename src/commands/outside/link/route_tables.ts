/** The table of the machine's own addresses: RT_TABLE_LOCAL of include/uapi/linux/rtnetlink.h. */
export const RT_TABLE_LOCAL = 255;
