import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printProgram } from '../program/print';
import { cName } from '../protocol/header/c_text';
import { madeHeaders } from '../protocol/header/made_headers';
import { settlingCommands } from './settling_commands';
import { absentC, expectedC, programC, programHeader } from './c_program';
import type { Exported } from './exported';
import { exportReadme } from './export_readme';
import { kernelParts } from './kernel_parts';

const MAKEFILE = `# SPDX-License-Identifier: MIT OR GPL-2.0
# make                 builds repro.ko for the running kernel
# make KDIR=DIR        builds it for the kernel whose build tree DIR is
KDIR ?= /lib/modules/$(shell uname -r)/build

ifneq ($(KERNELRELEASE),)
kbuild-dir := $(or $(src),$(M),.)
obj-m += repro.o
repro-y := $(sort $(patsubst $(kbuild-dir)/%.c,%.o,$(wildcard $(kbuild-dir)/*/*.c)))
ccflags-y += -I$(kbuild-dir)
ccflags-y += -fmacro-prefix-map=$(kbuild-dir)/=
else
all:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules
clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
.PHONY: all clean
endif
`;

/**
 * The files of a folder that reproduces a program without this project: a kernel module and a Makefile.
 * @param kernel - the folder kernel/ of this project
 * @returns text by path below the folder
 */
export function exportFolder(kernel: string, exported: Exported): Readonly<Record<string, string>> {
  const { name, program, answers } = exported;
  const parts = kernelParts(kernel, [...program.calls.map(({ command }) => command), ...settlingCommands(answers)]);
  const headers = Object.entries(madeHeaders(parts.commands));
  const files = new Map<string, string>(headers);
  for (const path of [...parts.files, ...parts.headers]) files.set(path, readFileSync(join(kernel, path), 'utf8'));
  files.set('Makefile', MAKEFILE);
  files.set('README', exportReadme(exported));
  files.set('program.skb', printProgram(program));
  files.set('program/program.h', programHeader(answers));
  files.set('program/program.c', programC(name, answers));
  files.set('program/absent.c', absentC(parts));
  for (const one of answers) files.set(`program/${cName(one.release)}.c`, expectedC(one, parts.madeBy));
  return Object.fromEntries(files);
}
