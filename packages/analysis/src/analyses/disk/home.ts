/** Whose home a path lies in: `/home/deploy/.ssh/x` -> `deploy`. */
export function userOfHome(hostPath: string): string {
  return /^\/home\/([^/]+)\//.exec(hostPath)?.[1] ?? (hostPath.startsWith('/root/') ? 'root' : 'unknown');
}
