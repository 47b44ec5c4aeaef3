//! Files and stream wrappers that a program would include.

use super::system_files::is_system_path;
use crate::rule::{Form, Holds, Pattern, Rule};

/// Some of these stand in every path that [`is_system_path`] knows.
#[rustfmt::skip]
const SYSTEM: &[&str] = &[
    "/etc", "\\etc", "etc/", "/proc", "proc/", "/root/", "/boot/", "/var/", "\\var\\", "/usr/",
    "/private/", "/sys/", ".log", "_log", "/logs", "access.log", "access_log", "error.log",
    "error_log", ".conf", ".ini", ".err", ".cnf", "mysql", "inetpub", "xampp", "wamp", "lamp",
    "windows", "winnt", "apache", "php", "$recycle", "system volume", ".ht", ".bash", ".netrc",
    ".pgpass", "ntuser", "ftpd", "sshd_", "grub.", "id_rsa", "id_dsa", "id_ec", "id_ed",
    "authorized_keys", "known_hosts", "wp-config", "web.config", "web.xml", "global.asa",
    "applicationhost", "login_log", ".xauth", ".forward", ".ssh", ".aws", ".kube", ".docker",
    ".git", ".svn", "-inf/", ".env",
];

pub(crate) static RULES: [Rule; 9] = [
    Rule::judge(SYSTEM, system_file),
    // Wrappers of PHP's streams.
    Rule::pattern(
        90,
        &[
            "php:",
            "expect:",
            "phar:",
            "zip:",
            "glob:",
            "ogg:",
            "rar:",
            "data:",
            "ssh2.",
            "compress.",
        ],
        r"(^|[^\w.-])(php://(filter|input|data|memory|temp|fd|std|output)|expect://|phar://|zip://|glob://|ogg://|rar://|data://|ssh2\.\w+://|compress\.(zlib|bzip2)://|zlib:)",
    ),
    // Filters of PHP, of which chains write any file.
    Rule::pattern(
        75,
        &["convert.", "string.", "resource="],
        r"(^|[|/=])(convert\.(base64-|iconv\.|quoted-printable-)|string\.(rot13|toupper|tolower|strip_tags))|/resource=|^resource=\S+\.php",
    ),
    // Secrets in the middle of other text: prose speaks of `/etc/hosts`, seldom of these.
    Rule::pattern(
        65,
        &[
            "/etc/passwd",
            "/etc/shadow",
            "/proc/self/",
            "/etc/sudoers",
            "/.ssh/id_",
            "/.aws/credentials",
        ],
        r"(^|[^\w.])[\\/~\w.-]*(/etc/+(passwd|shadow|sudoers)\b|/proc/self/(environ|fd|cmdline|maps|mem|status|cwd|root|exe)|/\.ssh/id_|/\.aws/credentials)",
    ),
    // A script on a machine that has no name, and an address that only waits for a query.
    Rule::pattern(
        60,
        &["http", "ftp"],
        r"^(https?|ftps?)://(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d{1,5})?/\S*\.(php\d?|phtml|inc|txt|aspx?|jsp|cgi|pl|py|sh|exe|ps1)\b|^(https?|ftps?)://[^\s?/#%]+\?$",
    ),
    // Code of PHP fetched from elsewhere: the `?` makes what the program appends a query.
    Rule::pattern(
        60,
        &["http"],
        r"^(https?|ftps?)://\S+\.(txt|php\d?|inc|gif|jpe?g|png|log|dat|cgi|asp|jsp)\?+$",
    ),
    Rule::pattern(
        55,
        &["http", "ftp"],
        r"^(https?|ftps?)://\S+/(c99|r57|shell|cmd|backdoor|b374k|wso|phpshell|webshell)\.\w{2,4}\b",
    ),
    // Settings of a tool in a hidden folder at the root, which scanners ask web servers for.
    Rule::judge(&["/."], hidden_settings),
    Rule::pattern(
        40,
        &[],
        r"^([a-z][\w.+-]{1,20}://|\.\.?[\\/]|[\\/][^\\/?\s]+[\\/.][^?\s]*$|[a-z]:[\\/])",
    )
    .only(Holds::InSink),
];

fn system_file(form: &Form<'_>) -> u32 {
    if is_system_path(form.lower) { 60 } else { 0 }
}

static HIDDEN: Pattern =
    Pattern::new(r"^/\.[a-z][\w-]{1,30}/[\w./-]*\.(json|toml|ya?ml|env|conf|ini|sh|key|pem)$");

/// Folders at the root of web servers and repositories that everybody may read.
const PUBLIC: [&[u8]; 4] = [b"/.well-known/", b"/.github/", b"/.gitlab/", b"/.circleci/"];

fn hidden_settings(form: &Form<'_>) -> u32 {
    let is_public = PUBLIC.iter().any(|folder| form.lower.starts_with(folder));
    if !is_public && HIDDEN.matches(form.lower) { 55 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::HIDDEN;

    #[test]
    fn the_expression_compiles() {
        assert!(HIDDEN.compiles());
    }
}
