"""Words that say nothing about whose host it is: programs of distributions, folders, units, words of their titles.

`pack --redact` leaves them as they are, so that a shared snapshot still says that nginx is slow.
"""

from __future__ import annotations

from typing import Final

KNOWN: Final = frozenset(
    """
    64 accounts acpid agent agetty alertmanager alma alpine alternatives amazon amd64 amqp anacron ananicy
    ansible apache apcupsd api apiserver app apparmor apport apt aptitude arch atd auditctl auditd autofs
    autovacuum avahi awk background backup balance bash beam bin bind bird blkio boot bpftrace broker bsd btrfs
    buildkit bundle bus bzip c cache caddy calico cargo cat celery centos ceph certbot certs cfg cgroup cgroupfs
    checkpointer chmod chown chrome chromium chrony chronyd cilium clamd class classpath cloud cluster cmake cmd
    code collectd collectl collector colord com conf config configfs connmand console consul containerd contrib
    control controllers coredns corosync couchdb cp cpu cpuacct cpuset credentials cron crond crypttab cups
    cupsd curl d daemon dash data dbus dd debian debugfs default delayed dev device devices dhclient dhcp dhcpcd
    dir director disk disks display dist dmeventd dnf dnsmasq doc docker dockerd dotnet dpkg drbd du e efi
    elasticsearch emergency en env environment envoy erl etc etcd exec exim exporter expr fail fail2ban falco
    false fedora file files find firefox firewalld firmware flanneld fluent fluentd freezer fsck fstab fstrim
    fuse galera games gc gcc gdm generic getty git gitlab gnome gnu go gpg grafana graphical graylog grep group
    grub gunicorn gzip haproxy head home host hostname hosts html http httpd https hugetlb hugetlbfs hwdata
    icons id idle include influxd influxdb init initctl initrd input install instance io ip iperf ipmi iptables
    irqbalance isc iscsid jar java javac jboss jdk jenkins jetty journal journald jre js json jvm k3s kafka
    keepalived kerberos kernel keyboard keyrings kibana kill knotd kthreadd kube kubelet kubepods kvm l launcher
    ld lib lib32 lib64 libexec libvirt libvirtd lighttpd limits linux listen listener ln loader local
    localdomain locale localhost lock log logger logical login logind logrotate logs logstash lost ls lsb lsof
    lvm lvmetad lxc lxcfs lxd m machine machined mail main make man manager mariadb mariadbd masked master
    mcelog mdadm mdmonitor media mem memcached memory message metrics minio misc mkdir mnt mod modprobe module
    modules mon mongo mongod mongos monit monitor more mosquitto mount mountd mq multi multipath multipathd
    munin mv my mysql mysqld n named nats ncat net netdata netns network networkd networkmanager nfs nfsd nginx
    nice nmbd no node nodejs nohup nomad none npm npx nscd ntp ntpd null object off on oom opendkim openjdk
    openssh opensuse opt oracle ovs p pacemaker pacemakerd packagekit packages pam passwd password pause perf
    perf_event perl pgbouncer php phpfpm pid pids pidstat ping pip pki plymouth pm podman policy policykit
    polkit polkitd pool portmap postfix postgres postgresql power poweroff preferences printf priv private proc
    process processes profile profiles prometheus promtail proxy ps pts pulse pulseaudio puma puppet pwd py pyc
    pypy pytest python qemu qmgr quit rabbit rabbitmq rb rc rdma reader reboot receiver redhat redis release
    remote replica replication resolvconf resolve resolved rm rngd rocky root rotate rpc rpcbind rpm rsync
    rsyslog rsyslogd rtkit ruby rules run runc runit runner runtime rustc s salt samba sar sbin sched scheduler
    scope screen script scsi sd sda sdb seat secret security sed selinux sender sendmail seq serve server
    service session setpriv setsid sh shadow share shim shm shutdown sidekiq site skel slapd sleep slice smartd
    smartmontools smbd snap snapd snapper snmp snmpd so socket sort sources spool squid src srv ssh sshd ssl
    sssd stap start startup stat state static stats statsd status stdbuf storage strace stress stunnel su subsys
    sudo supervisor supervisord suse swap switch sync sys sysctl syslog syslogd sysstat system systemctl systemd
    sysusers t tail tar target taskset tcp tcpdump tee telegraf temp temporary test tftpd thermald thread
    threads time timeout timer timesyncd tls tmp tmpfiles tmpfs tmux token tomcat tool tools top traefik true
    tty tuned txt u ubuntu udev udevadm udevd udisks udisksd unattended unbound unicorn unified unit unix
    unshare update upgrades upower upowerd uptime us use user usr usrmerge utf uuidd uvicorn uwsgi var varnish
    varnishd vault vector version vi victoriametrics vim virt virtlogd vmlinuz vmstat vmtoolsd walwriter war
    watch watchdog web wget which wickedd winbindd worker workers wpa writer www x x86 xargs xfs xinetd xml xms
    xmx xorg xss xz yaml yes yml yum zabbix zcat zed zfs zoneinfo zookeeper zsh zstd zypper
    """.split()  # noqa: SIM905 - nine hundred quotation marks are no list to read
)
