import { Vm } from './vm';
import { ensureInitrd } from './moduleBuild';
import { MessageType, CrashTest, encodeWords, encodeRequest } from './messages';
import { readdirSync, writeFileSync, mkdirSync } from 'node:fs';
async function main() {
  for (const v of ['6.1', '6.12']) {
    const root = `/tmp/k/x${v}`; const rel = readdirSync(root + '/lib/modules')[0];
    const k = { target: 'linux-' + v, image: `${root}/boot/vmlinuz-${rel}`, buildTree: `${root}/usr/src/linux-headers-${rel}`, modules: `${root}/lib/modules/${rel}` };
    const initrd = await ensureInitrd(k, '/tmp/cachetest', console.log);
    const boot = () => Vm.boot({ kernelImage: k.image, initrd });
    const b = await boot();
    if (b.death) { console.log(b.death); return; }
    console.log(b.vm.boot_ms, b.vm.abi);
    for (const n of [16, 1024, 65536, 1 << 20]) {
      const c = n > 60000 ? 20 : 300; const t = performance.now(); const p = Buffer.alloc(n, 7);
      for (let i = 0; i < c; i++) { const e = await b.vm.ask(MessageType.Echo, p, 5000); if (!e.reply?.payload.equals(p)) throw new Error('echo'); }
      const ms = performance.now() - t; console.log(n, (ms / c).toFixed(3), 'ms', (n * c / ms / 1000).toFixed(1), 'MB/s');
    }
    mkdirSync('/tmp/logs', { recursive: true });
    const crash = (vm: Vm, w: CrashTest) => vm.ask(MessageType.CrashTest, encodeWords([w, 7, 42]), 3000);
    for (const w of [CrashTest.Leak, CrashTest.Warn, CrashTest.WarnOnce, CrashTest.WarnOnce, CrashTest.Refcount, CrashTest.BadPage]) {
      const a = await crash(b.vm, w);
      const s = await b.vm.ask(MessageType.Splats, undefined, 3000);
      const text = s.reply?.payload.subarray(8).toString() ?? '';
      console.log(CrashTest[w], a.reply, s.reply?.payload.readUInt32LE(0), text.split('\n').slice(0, 3));
      writeFileSync(`/tmp/logs/${v}-${CrashTest[w]}.splat`, text);
    }
    console.log(await b.vm.ask(MessageType.ClearOnce, undefined, 3000));
    await crash(b.vm, CrashTest.WarnOnce);
    writeFileSync(`/tmp/logs/${v}-live.console`, b.vm.console);
    await b.vm.close();
    for (const w of [CrashTest.Panic, CrashTest.Bug, CrashTest.Hang, CrashTest.NullPointer]) {
      const x = await boot(); if (x.death) { console.log(x.death); return; }
      const t = performance.now();
      const a = await crash(x.vm, w);
      console.log(CrashTest[w], performance.now() - t, { ...a.death, console: a.death?.console.length });
      writeFileSync(`/tmp/logs/${v}-${CrashTest[w]}.console`, a.death?.console ?? '');
    }
  }
}
void main().catch((e) => { console.log(e); });
