import type { Examples } from './command-examples.js';

export const CONTAINERS: Examples = {
  container_with_host: {
    hits: ['docker run -v /:/host -it alpine', 'docker run --privileged x'],
    misses: ['docker run -p 80:80 nginx', 'docker run -v /srv/data:/data x'],
  },
  host_entered: {
    hits: ['nsenter -t 1 -m -u -i -n sh', 'chroot /host bash'],
    misses: ['chroot /srv/jail ls', 'nsenter -t 4242 -n ip a'],
  },
  cgroup_escape: {
    hits: [
      'echo /cmd > /sys/fs/cgroup/rdma/release_agent',
      'echo /tmp/x > /sys/kernel/uevent_helper',
      'echo "|/tmp/x" > /proc/sys/kernel/core_pattern',
    ],
    misses: ['cat /proc/sys/kernel/core_pattern', 'echo > /sys/kernel/uevent_helper'],
  },
  container_socket_used: {
    hits: ['curl --unix-socket /var/run/docker.sock http://x/containers/json'],
    misses: ['docker ps'],
  },
  host_disk_mounted: {
    hits: ['mount /dev/xvda1 /mnt/h', 'debugfs /dev/nvme0n1p1'],
    misses: ['mount /dev/sdb1 /srv', 'df -h'],
  },
  container_escape_tool: { hits: ['./cdk evaluate --full', 'deepce.sh'], misses: ['cdk deploy'] },
  cluster_entered: {
    hits: ['kubectl exec -it web -- sh', 'kubectl get secrets -A'],
    misses: ['kubectl get pods'],
  },
};
