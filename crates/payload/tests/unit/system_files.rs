//! Paths of the machine and paths of users.

use super::is_system_path;

#[test]
fn files_of_the_machine_are_known_however_their_path_is_written() {
    for path in [
        "/etc/passwd",
        "/etc//shadow%00",
        "etc/passwd",
        "c:\\windows\\win.ini",
        "c:/boot.ini",
        "/proc/self/environ",
        "/var/log/nginx/access.log",
        "/usr/local/apache2/logs/error_log",
        "c:\\program files\\apache group\\apache\\conf\\httpd.conf",
        "/home/ann/.ssh/id_rsa",
        "/root/.bash_history",
        "\\xampp\\php\\php.ini",
        "/.env",
        ".htpasswd",
        "/var/task/app.py",
        "/app/web-inf/web.xml",
        "/srv/.git/config",
        "/c:/inetpub/ftproot/",
    ] {
        assert!(is_system_path(path.as_bytes()), "{path}");
    }
}

#[test]
fn files_of_users_and_programs_are_not() {
    for path in [
        "/home/ann/notes.txt",
        "/orders/17",
        "c:\\users\\ann\\documents\\plan.docx",
        "/api/v1/etc",
        "c:\\windows\\system32\\svchost.exe",
        "/usr/local/bin/python3",
        "/usr/share/fonts/a.ttf",
        "/etc",
        "/etc/config/app.yaml",
        "uploads/2026/03/photo(1).jpg",
        "/aws/lambda/orders",
        "edit /etc/fstab first",
        "/tmp/upload.csv",
        "/opt/app/config.json",
        "passwd",
        "/log/out",
    ] {
        assert!(!is_system_path(path.as_bytes()), "{path}");
    }
}
