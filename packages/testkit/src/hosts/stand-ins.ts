import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import blkid from './stand-ins/blkid.sh';
import blockdev from './stand-ins/blockdev.sh';
import curl from './stand-ins/curl.sh';
import date from './stand-ins/date.sh';
import df from './stand-ins/df.sh';
import dmesg from './stand-ins/dmesg.sh';
import dmsetup from './stand-ins/dmsetup.sh';
import findmnt from './stand-ins/findmnt.sh';
import hostname from './stand-ins/hostname.sh';
import insmod from './stand-ins/insmod.sh';
import losetup from './stand-ins/losetup.sh';
import lsblk from './stand-ins/lsblk.sh';
import lsmod from './stand-ins/lsmod.sh';
import lvm from './stand-ins/lvm.sh';
import lvmconfig from './stand-ins/lvmconfig.sh';
import machine from './stand-ins/machine.sh';
import mkfs from './stand-ins/mkfs.sh';
import modinfo from './stand-ins/modinfo.sh';
import mount from './stand-ins/mount.sh';
import node from './stand-ins/node.sh';
import refuse from './stand-ins/refuse.sh';
import rmmod from './stand-ins/rmmod.sh';
import sleep from './stand-ins/sleep.sh';
import sleuthkit from './stand-ins/sleuthkit.sh';
import ss from './stand-ins/ss.sh';
import udevadm from './stand-ins/udevadm.sh';
import umount from './stand-ins/umount.sh';
import uname from './stand-ins/uname.sh';

/** What needs a kernel, or knows the time or the network, and is therefore not the real tool. */
const STAND_INS: Readonly<Record<string, string>> = {
  blkid,
  blockdev,
  curl,
  date,
  df,
  dmesg,
  dmsetup,
  fls: sleuthkit,
  icat: sleuthkit,
  ils: sleuthkit,
  findmnt,
  hostname,
  insmod,
  losetup,
  lsblk,
  lsmod,
  lvmconfig,
  'mkfs.ext4': mkfs,
  'mkfs.xfs': mkfs,
  modinfo,
  mount,
  node,
  nodejs: node,
  rmmod,
  sleep,
  ss,
  udevadm,
  umount,
  uname,
};

/** One tool under many names. */
const LVM = ['lvs', 'pvs', 'vgchange', 'vgimportclone', 'vgs'];

/** Tools that would answer about the machine that the tests run on. */
const REFUSED = [
  ...[
    'free',
    'halt',
    'ip',
    'iptables',
    'journalctl',
    'kexec',
    'lsof',
    'modprobe',
    'netstat',
    'nft',
    'poweroff',
  ],
  ...['ps', 'reboot', 'shutdown', 'systemctl', 'top', 'uptime', 'w', 'wget'],
];

/** Puts the stand-ins into a machine's folder; they go first in its PATH. */
export function installStandIns(machineFolder: string): string {
  const bin = join(machineFolder, 'bin');
  mkdirSync(bin, { recursive: true });
  const all = {
    ...STAND_INS,
    ...Object.fromEntries(LVM.map((name) => [name, lvm])),
    ...Object.fromEntries(REFUSED.map((name) => [name, refuse])),
  };
  for (const [name, text] of Object.entries(all)) {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${machine}${text}`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}
