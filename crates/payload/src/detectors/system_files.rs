//! Files that every machine of a kind has: their paths are what an attacker can guess.

/// Folders of Unix, from the root, that hold settings, logs and processes, never files of users.
#[rustfmt::skip]
const FOLDERS: [&[u8]; 22] = [
    b"/etc/", b"/proc/", b"/root/", b"/boot/", b"/var/log/", b"/var/adm/", b"/var/spool/",
    b"/var/run/", b"/var/lock/", b"/var/mail/", b"/var/cron/", b"/var/lib/mysql/", b"/var/lib/php",
    b"/usr/etc/", b"/usr/local/etc/", b"/private/etc/", b"/private/var/log/", b"/var/task/",
    b"/var/runtime/", b"/sys/class/", b"/var/www/logs/", b"/usr/pkg/etc/",
];

/// Below `/etc`, where containers keep what their operators mount.
const MOUNTED: [&[u8]; 8] = [
    b"/etc/config",
    b"/etc/secret",
    b"/etc/ssl",
    b"/etc/cert",
    b"/etc/pki",
    b"/etc/app",
    b"/etc/localtime",
    b"/etc/timezone",
];

/// Folders of Windows and of well-known servers, in a path from the root of a disk.
#[rustfmt::skip]
const SERVER_FOLDERS: [&[u8]; 13] = [
    b"/windows/", b"/winnt/", b"/inetpub/", b"/xampp/", b"/wamp", b"/lampp/",
    b"/apache group/", b"/apachegroup/", b"/mysql/data/", b"/php/sessions", b"/phpmyadmin/",
    b"/$recycle.bin/", b"/system volume information",
];

/// Ends of paths that are settings, logs or keys of a server.
#[rustfmt::skip]
const ENDS: [&[u8]; 63] = [
    b"access.log", b"access_log", b"error.log", b"error_log", b"httpd.conf", b"apache2.conf",
    b"apache.conf", b"nginx.conf", b"httpd.conf.php", b"httpd.conf.default", b"vhosts.conf",
    b"php.ini", b"my.cnf", b"my.ini", b"mysql.err", b"mysql.log", b"mysqld.log", b"mysql-bin.log",
    b"hostname.err", b"boot.ini", b"win.ini", b"system.ini", b"desktop.ini", b"ntuser.dat",
    b"pure-ftpd.conf", b"proftpd.conf", b"vsftpd.conf", b"pureftpd.pdb", b"sshd_config",
    b"grub.conf", b"grub.cfg", b".htaccess", b".htpasswd", b"/.passwd", b".htgroup",
    b".bash_history", b".zsh_history", b".sh_history", b"/.history", b".python_history", b".bashrc",
    b".bash_profile", b".mysql_history", b".netrc", b".pgpass", b".my.cnf", b"/id_rsa", b"/id_dsa",
    b"/id_ecdsa", b"/id_ed25519", b"/authorized_keys", b"/known_hosts", b"wp-config.php",
    b"config.inc.php", b"/web.config", b"/web.xml", b"/global.asa", b"/global.asax",
    b"/phpinfo.php", b"applicationhost.config", b"/login_log", b"/.xauthority", b"/.forward",
];

/// Parts that are secrets of their own, wherever a path ends up with them.
#[rustfmt::skip]
const SECRETS: [&[u8]; 26] = [
    b"/etc/passwd", b"/etc/shadow", b"/etc/group", b"/etc/gshadow", b"/etc/sudoers", b"/etc/issue",
    b"/etc/hosts", b"/etc/master.passwd", b"/proc/self/", b"/proc/1/", b"/.ssh/", b"/.aws/",
    b"/.kube/config", b"/.docker/", b"/.npmrc", b"/.pypirc", b"/.git-credentials", b"/.hg/",
    b"/.boto", b"/.git/config", b"/.git/head", b"/.svn/entries", b"/web-inf/", b"/meta-inf/",
    b"/windows/system32/", b"/windows/repair/",
];

/// Longest path that a system has.
const LONGEST: usize = 4096;

/// Whether `text`, in lower case, is a path of the machine itself and nothing else.
pub(super) fn is_system_path(text: &[u8]) -> bool {
    let Some(path) = plain(text) else { return false };
    // A program that runs is no secret: logs of processes name it.
    if [&b".exe"[..], b".dll", b".sys"].iter().any(|end| path.ends_with(end)) {
        return false;
    }
    let is_rooted = path.starts_with(b"/");
    if is_secret(&path) || is_environment(&path) {
        return true;
    }
    if !is_rooted {
        return ENDS.iter().any(|end| path == *end && end.first() == Some(&b'.'))
            || path
                .windows(5)
                .any(|part| part == b"/.ht." || part == b"/.hta" || part == b"/.htp");
    }
    let is_mounted = MOUNTED.iter().any(|folder| path.starts_with(folder));
    FOLDERS
        .iter()
        .any(|folder| path.starts_with(folder) && path.len() > folder.len() && !is_mounted)
        || SERVER_FOLDERS.iter().any(|part| path.windows(part.len()).any(|window| window == *part))
        || ENDS.iter().any(|end| path.ends_with(end))
        || is_rotated_log(&path)
        || is_of_server(&path)
}

/// A log or a setting below the folders where servers are installed.
fn is_of_server(path: &[u8]) -> bool {
    #[rustfmt::skip]
    const PLACES: [&[u8]; 9] = [
        b"/usr/local/", b"/opt/", b"/var/", b"/apache", b"/httpd", b"/nginx", b"/php", b"/mysql",
        b"/usr/lib/php",
    ];
    const KINDS: [&[u8]; 8] =
        [b".conf", b".ini", b".cnf", b".log", b"_log", b".err", b".php", b"-bin.index"];
    let is_placed = PLACES.iter().any(|place| path.starts_with(place));
    let in_logs = path.ends_with(b"/logs") || path.windows(6).any(|part| part == b"/logs/");
    is_placed && (in_logs || KINDS.iter().any(|kind| path.ends_with(kind)))
}

/// `/.env`, `/app/.env.production`: settings and secrets of an application.
fn is_environment(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    path.starts_with(b"/") && (name == b".env" || name.starts_with(b".env."))
}

/// `/…/apache/logs/access.log.1`, `/…/log/error_log.2.gz`.
fn is_rotated_log(path: &[u8]) -> bool {
    [&b"/access.log."[..], b"/error.log.", b"/access_log.", b"/error_log."]
        .iter()
        .any(|part| path.windows(part.len()).any(|window| window == *part))
}

/// Whether a climbing path, in plain letters, ends at something that every machine has.
pub(super) fn is_known_within(path: &[u8]) -> bool {
    #[rustfmt::skip]
    const PARTS: [&[u8]; 16] = [
        b"/etc/", b"/proc/", b"/var/log", b"/var/www", b"/usr/local", b"/windows/", b"/winnt/",
        b"/boot.ini", b"/win.ini", b"/root/", b"/.env", b"/inetpub/", b"/var/task", b"/var/runtime",
        b"/autoexec.bat", b"/system32/",
    ];
    let has = |part: &[u8]| path.windows(part.len()).any(|window| window == part);
    PARTS.iter().any(|part| has(part))
        || is_secret(path)
        || ENDS.iter().any(|end| path.ends_with(end))
        // Behind wild pieces the file may stand without a slash of its own.
        || path.ends_with(b"boot.ini") || path.ends_with(b"win.ini")
}

fn is_secret(path: &[u8]) -> bool {
    SECRETS.iter().any(|part| {
        path.windows(part.len()).any(|window| window == *part)
            || part.strip_prefix(b"/").is_some_and(|start| path.starts_with(start))
    })
}

/// The path with forward slashes, one at a time, without a drive and without what cuts its end
/// (`%00`, a NUL, a `?` or `;` with what follows); `None` when the text is no path.
fn plain(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii();
    if text.len() > LONGEST || text.len() < 4 {
        return None;
    }
    let text = match text {
        [b'/' | b'\\', b'a'..=b'z', b':', rest @ ..] => rest,
        [b'a'..=b'z', b':', rest @ ..] if matches!(rest, [b'/' | b'\\', ..]) => rest,
        _ => text,
    };
    let mut path = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        match byte {
            0 | b'?' | b';' | b'#' => break,
            b'%' if after.starts_with(b"00")
                || after.starts_with(b"0a")
                || after.starts_with(b"2500") =>
            {
                break;
            }
            b'/' | b'\\' => {
                if path.last() != Some(&b'/') {
                    path.push(b'/');
                }
            }
            // Folders of Windows have spaces; a sentence has them outside of any path.
            b' ' if !path.starts_with(b"/") => return None,
            b'\n' | b'\r' | b'\t' | b'^' | b'"' | b'<' | b'>' | b'|' | b'`' | b',' => return None,
            _ => path.push(*byte),
        }
        rest = after;
    }
    let spaces = path.split(|byte| *byte == b' ').count();
    let slashes = path.split(|byte| *byte == b'/').count();
    (spaces <= slashes).then_some(path).map(|mut path| {
        path.truncate(path.trim_ascii_end().len());
        path
    })
}

// Beside the crate: the tables are long.
#[cfg(test)]
#[path = "../../tests/unit/system_files.rs"]
mod tests;
