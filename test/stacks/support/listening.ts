import fs from 'node:fs';

const LISTENS = '0A';

/** Addresses, in the kernel's hexadecimal, that the sockets of a process listen on. */
export function listeningAddresses(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const links = fs.readdirSync(folder).flatMap((name) => linkOf(`${folder}/${name}`) ?? []);
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  return ['tcp', 'tcp6']
    .flatMap((table) => fs.readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENS && inodes.has(inode!))
    .map(([, local]) => local!.split(':')[0]!);
}

/** A descriptor may be closed meanwhile. */
function linkOf(file: string): string | undefined {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined;
  }
}
