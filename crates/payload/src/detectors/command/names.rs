//! Names of programs and of commands that shells have themselves. The lists are sorted.

/// Which list a name may be in, so that ordinary words need no search of a list.
pub(super) const IN_SURE: u8 = 1;
pub(super) const IN_WORDS: u8 = 2;
pub(super) const IN_STARTERS: u8 = 4;

/// The lists that hold `name`, as a set of the bits above.
pub(super) fn lists_of(name: &[u8]) -> u8 {
    let maybe = MAYBE.get(slot(name)).copied().unwrap_or_default();
    let is_in = |bit: u8, list: &[&[u8]]| {
        if maybe & bit != 0 && list.binary_search(&name).is_ok() { bit } else { 0 }
    };
    is_in(IN_SURE, SURE) | is_in(IN_WORDS, WORDS) | is_in(IN_STARTERS, STARTERS)
}

/// The lists that hold some name of each slot.
static MAYBE: [u8; SLOTS] = {
    let table = mark([0; SLOTS], SURE, IN_SURE);
    let table = mark(table, WORDS, IN_WORDS);
    mark(table, STARTERS, IN_STARTERS)
};
const SLOTS: usize = 1 << 12;

/// A number from the first two letters, the last one and the length.
const fn slot(name: &[u8]) -> usize {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return 0 };
    let second = match name {
        [_, second, ..] => *second,
        _ => 0,
    };
    let mixed =
        (*first as usize) * 31 + (second as usize) * 961 + (*last as usize) * 7 + name.len();
    mixed % SLOTS
}

#[expect(clippy::indexing_slicing, reason = "checked by the compiler: it runs in a const")]
const fn mark(mut table: [u8; SLOTS], list: &[&[u8]], bit: u8) -> [u8; SLOTS] {
    let mut at = 0;
    while at < list.len() {
        table[slot(list[at])] |= bit;
        at += 1;
    }
    table
}

/// Names that hardly mean anything else.
#[rustfmt::skip]
pub(super) const SURE: &[&[u8]] = &[
    b"adduser", b"ansible", b"ansible-config", b"ansible-console", b"ansible-doc",
    b"ansible-galaxy", b"ansible-inventory", b"ansible-playbook", b"ansible-pull", b"ansible-vault",
    b"apk", b"apt-get", b"aptitude", b"aria2c", b"arp", b"attrib", b"awk", b"axel", b"base32",
    b"base64", b"basename", b"bash", b"bcdboot", b"bcdedit", b"bitsadmin", b"bsdtar", b"bunzip2",
    b"busybox", b"bzcat", b"c89", b"c99", b"cacls", b"certutil", b"chef-client", b"chef-run",
    b"chef-shell", b"chef-vault", b"chfn", b"chgrp", b"chmod", b"chown", b"chroot", b"chsh", b"cmd",
    b"cpulimit", b"crontab", b"cscli", b"cscript", b"csh", b"csvde", b"curl", b"dd", b"deluser",
    b"dig", b"dirname", b"diskpart", b"dmesg", b"dnf", b"doas", b"doskey", b"dpkg", b"dsquery",
    b"egrep", b"emacs", b"ethtool", b"fdisk", b"fgrep", b"findstr", b"forfiles", b"fping",
    b"fsutil", b"ftp", b"g++", b"gawk", b"gcc", b"gcc7", b"gdb", b"getcap", b"getent", b"gpg",
    b"groupadd", b"gunzip", b"gzcat", b"hexdump", b"hostnamectl", b"hping3", b"htop", b"htpasswd",
    b"icacls", b"ifconfig", b"ifdown", b"ifup", b"insmod", b"installutil", b"ipconfig", b"iptables",
    b"irb", b"iwconfig", b"journalctl", b"killall", b"ksh", b"lastb", b"lastlog", b"lastlogin",
    b"ld_preload", b"logname", b"lsblk", b"lscpu", b"lsmod", b"lsof", b"lspci", b"lsusb", b"ltrace",
    b"lua", b"lwp-download", b"lwp-request", b"lynx", b"mawk", b"mkdir", b"mkfifo", b"mkfs",
    b"mkpasswd", b"modprobe", b"msbuild", b"mshta", b"nano", b"nawk", b"nbtstat", b"ncat", b"net1",
    b"netcat", b"netsh", b"netstat", b"nft", b"nmap", b"nodejs", b"nohup", b"nsenter", b"nslookup",
    b"ntdsutil", b"objdump", b"od", b"odbcconf", b"openssl", b"pacman", b"pcalua", b"perl",
    b"pgrep", b"php", b"php5", b"php7", b"php8", b"phpinfo", b"pkexec", b"pkill", b"powershell",
    b"printenv", b"psexec", b"pwsh", b"python", b"python2", b"python3", b"rbash", b"readelf",
    b"readlink", b"realpath", b"regedit", b"regsvr32", b"rgrep", b"rlogin", b"rmdir", b"rmt",
    b"rmt-dump", b"rmt-tar", b"robocopy", b"rpm", b"rsh", b"rsync", b"ruby", b"rundll32",
    b"schtasks", b"scp", b"setcap", b"setenv", b"setsid", b"sftp", b"sh", b"shred", b"socat",
    b"ssh", b"strace", b"su", b"sudo", b"sysctl", b"sysinfo", b"systemctl", b"systeminfo", b"tac",
    b"takeown", b"taskkill", b"tasklist", b"tcc", b"tclsh", b"tcpdump", b"tcsh", b"telnet", b"tftp",
    b"tracepath", b"traceroute", b"tracert", b"truncate", b"umount", b"uname", b"unsetenv",
    b"unshare", b"unxz", b"uptime", b"useradd", b"userdel", b"usermod", b"uuencode", b"vim",
    b"vipw", b"visudo", b"vssadmin", b"w3m", b"wevtutil", b"wget", b"whoami", b"winrm", b"winrs",
    b"wipe", b"wmic", b"wscript", b"xargs", b"xcopy", b"xxd", b"xzcat", b"yum", b"zcat", b"zgrep",
    b"zsh", b"zstdcat", b"zypper",
];

/// Names that are words of languages too, or short: what follows must look like an argument.
#[rustfmt::skip]
pub(super) const WORDS: &[&[u8]] = &[
    b"7z", b"alias", b"apt", b"ar", b"ash", b"assoc", b"at", b"batch", b"bc", b"bridge", b"bzip2",
    b"cal", b"call", b"cat", b"cd", b"cipher", b"clear", b"cmp", b"column", b"comm", b"copy", b"cp",
    b"cut", b"dash", b"date", b"dc", b"del", b"df", b"diff", b"dir", b"docker", b"du", b"echo",
    b"ed", b"env", b"erase", b"eval", b"ex", b"exec", b"exit", b"expand", b"export", b"expr",
    b"factor", b"false", b"fetch", b"file", b"find", b"finger", b"fish", b"flock", b"fmt", b"fold",
    b"format", b"free", b"gem", b"git", b"go", b"grep", b"groups", b"gzip", b"head", b"history",
    b"host", b"hostname", b"id", b"ip", b"java", b"javac", b"join", b"jot", b"kill", b"kubectl",
    b"last", b"less", b"ll", b"ln", b"locate", b"logger", b"look", b"ls", b"mail", b"mailx",
    b"make", b"man", b"mongo", b"more", b"mount", b"move", b"mv", b"mysql", b"nc", b"net", b"nice",
    b"nl", b"node", b"npm", b"passwd", b"paste", b"path", b"perf", b"ping", b"pip", b"pipx", b"pr",
    b"printf", b"prompt", b"ps", b"psql", b"pwd", b"read", b"redis-cli", b"reg", b"ren", b"rename",
    b"renice", b"reset", b"rev", b"rm", b"route", b"rustc", b"sc", b"screen", b"script", b"sed",
    b"sendmail", b"seq", b"set", b"shuf", b"sleep", b"sort", b"source", b"spell", b"split", b"sql",
    b"sqlite3", b"ss", b"start", b"stat", b"strings", b"stty", b"svn", b"tail", b"tar", b"tee",
    b"test", b"time", b"timeout", b"tmux", b"top", b"touch", b"tr", b"trap", b"tree", b"true",
    b"tty", b"type", b"uniq", b"unzip", b"users", b"ver", b"vi", b"view", b"vmstat", b"w", b"wall",
    b"watch", b"wc", b"whereis", b"which", b"who", b"wish", b"write", b"xz", b"yes", b"zip",
];

/// Programs that only start the one behind them.
#[rustfmt::skip]
pub(super) const STARTERS: &[&[u8]] = &[
    b"builtin", b"busybox", b"command", b"doas", b"env", b"eval", b"exec", b"ionice", b"nice",
    b"nohup", b"setsid", b"source", b"start", b"strace", b"sudo", b"time", b"timeout", b"xargs",
];

#[cfg(test)]
mod tests {
    use super::{STARTERS, SURE, WORDS};

    #[test]
    fn the_lists_are_sorted_and_share_nothing() {
        assert!([SURE, WORDS, STARTERS].iter().all(|list| list.is_sorted()));
        assert!(SURE.iter().all(|name| !WORDS.contains(name)));
    }
}
