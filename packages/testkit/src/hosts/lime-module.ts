/** A LiME module for a kernel, as far as `modinfo` and the simulated `insmod` look: an ELF object with its tags. */
export function limeModule(kernel: string): Buffer {
  const header = Buffer.from('7f454c4602010100000000000000000001003e0001000000', 'hex');
  const tags = [
    'license=GPL',
    'description=Linux Memory Extractor',
    'version=1.9.1',
    'parmtype=path:charp',
    'name=lime',
    `vermagic=${kernel} SMP preempt mod_unload modversions `,
  ];
  return Buffer.concat([header, Buffer.from(`\0${tags.join('\0')}\0`), Buffer.alloc(4096)]);
}
