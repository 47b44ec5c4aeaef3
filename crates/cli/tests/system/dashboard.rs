//! `faasguard dashboard`: who is let in, what every answer says.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    alerts::wait_until,
    folder::{Folder, ORDERS},
};

/// A dashboard that runs, ended with the test.
pub(crate) struct Dashboard {
    child: Child,
    /// `127.0.0.1:40123`
    pub(crate) host: String,
    pub(crate) token: String,
    cookie: String,
}

impl Dashboard {
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self::start_as(Path::new(env!("CARGO_BIN_EXE_faasguard")), &path, folder, arguments)
    }

    /// Starts a program with companions from a PATH.
    pub(crate) fn start_as(
        program: &Path,
        path: &OsStr,
        folder: &Path,
        arguments: &[&str],
    ) -> Self {
        let mut child = Command::new(program)
            .env("PATH", path)
            .arg("dashboard")
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let rest = line.trim().strip_prefix("http://").unwrap_or_else(|| panic!("{line:?}"));
        let (host, token) = rest.split_once("/?token=").unwrap();
        let mut dashboard =
            Self { child, host: host.to_owned(), token: token.to_owned(), cookie: String::new() };
        let welcome = dashboard.ask("GET", &format!("/?token={token}"), &[]);
        let cookie = welcome.lines().find_map(|it| it.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut dashboard.cookie);
        dashboard
    }

    /// The address with the token.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/?token={}", self.host, self.token)
    }

    /// The answer to a request of bytes, head and body.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> String {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request += &format!("Host: {}\r\n", self.host);
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        stream.write_all((request + "\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The answer to one who is in and presses a button.
    pub(crate) fn post(&self, path: &str) -> String {
        let origin = format!("http://{}", self.host);
        let headers = [("Cookie", &*self.cookie), ("Origin", &origin), ("Content-Length", "0")];
        self.ask("POST", path, &headers)
    }

    /// The answer to one who is in.
    pub(crate) fn get(&self, path: &str) -> String {
        self.ask("GET", path, &[("Cookie", &self.cookie)])
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn nobody_is_let_in_without_the_token() {
    let folder = Folder::with_orders();
    let dashboard = Dashboard::start(&folder.path(""), &["."]);
    assert_eq!(dashboard.token.len(), 64);
    for path in ["/", "/findings", "/version", "/assets/dashboard.js", "/nothing"] {
        let answer = dashboard.ask("GET", path, &[]);
        assert_eq!(status(&answer), 401, "{path}");
        assert!(!answer.contains("CreateOrder"), "{path}");
    }
    let wrong = format!("/?token={}", "0".repeat(64));
    assert_eq!(status(&dashboard.ask("GET", &wrong, &[])), 403);
    assert_eq!(status(&dashboard.ask("GET", "/", &[("Cookie", "faasguard=1")])), 401);
    let page = dashboard.get("/findings");
    assert_eq!(status(&page), 200);
    assert!(page.contains("wildcard-action"), "{page}");
    // The token leaves the address at once, and no page or header holds it or the cookie.
    let welcome = dashboard.ask("GET", &format!("/?token={}", dashboard.token), &[]);
    assert_eq!(status(&welcome), 303);
    assert!(welcome.contains("\r\nlocation: /\r\n"), "{welcome}");
    assert!(welcome.contains("HttpOnly; SameSite=Strict"), "{welcome}");
    assert!(!page.contains(&dashboard.token) && !page.contains(&dashboard.cookie));
}

#[test]
fn other_sites_and_other_paths_are_refused() {
    let folder = Folder::with_orders().file("secret.txt", "the words of another file");
    let dashboard = Dashboard::start(&folder.path(""), &["."]);
    let cookie = ("Cookie", dashboard.cookie.as_str());
    let host = dashboard.host.as_str();
    let port = host.rsplit(':').next().unwrap();
    for (header, expected) in [
        (("Origin", "https://evil.example"), 403),
        (("Origin", "null"), 403),
        (("Sec-Fetch-Site", "cross-site"), 403),
        (("Sec-Fetch-Site", "same-site"), 403),
        (("Sec-Fetch-Site", "same-origin"), 200),
        // A name of DNS that was made to lead here.
        (("Host", "evil.example"), 421),
        (("Host", &format!("evil.example:{port}")), 421),
        (("Content-Length", "5"), 413),
    ] {
        assert_eq!(status(&dashboard.ask("GET", "/", &[cookie, header])), expected, "{header:?}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
        assert_eq!(status(&dashboard.ask(method, "/", &[cookie])), 405, "{method}");
    }
    // The one form: only with its own origin.
    let own = format!("http://{host}");
    for (origin, expected) in [(Some(own.as_str()), 303), (None, 403), (Some("null"), 403)] {
        let headers: Vec<_> = [cookie].into_iter().chain(origin.map(|it| ("Origin", it))).collect();
        assert_eq!(status(&dashboard.ask("POST", "/lake/ask", &headers)), expected, "{origin:?}");
    }
    assert_eq!(status(&dashboard.get("/lake/ask")), 405);
    for path in [
        "/../../etc/passwd",
        "/assets/../secret.txt",
        "/assets/%2e%2e/secret.txt",
        "/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/..%5c..%5csecret.txt",
        "//etc/passwd",
        "/secret.txt",
        "/template.yaml",
        "/assets/",
        "/findings?n=../../secret.txt",
    ] {
        let answer = dashboard.get(path);
        assert!([400, 404].contains(&status(&answer)), "{path}: {answer}");
        assert!(!answer.contains("root:") && !answer.contains("the words"), "{path}: {answer}");
    }
    assert_eq!(status(&dashboard.get(&format!("/findings?text={}", "a".repeat(9_000)))), 414);
    let page = dashboard.get("/");
    for header in [
        "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'",
        "x-content-type-options: nosniff",
        "x-frame-options: DENY",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(page.contains(header), "{header}: {page}");
    }
    assert!(!page.contains("access-control-"), "{page}");
}

#[test]
fn only_the_loopback_is_listened_on() {
    let folder = Folder::with_orders();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        folder.run(&["dashboard", "--listen", address]).exits(2).says("is not on the loopback");
    }
    folder.run(&["dashboard", "nothing"]).exits(2);
}

#[test]
fn lines_are_shown_of_the_folder_that_was_given_and_of_nothing_else() {
    let place = |file: &str| {
        format!("{{\"file\":\"{file}\",\"line\":1,\"column\":1,\"end_line\":1,\"end_column\":4}}")
    };
    let finding = |file: &str| {
        format!(
            "{{\"rule\":\"SAS-4.1\",\"severity\":\"high\",\"message\":\"m\",\"place\":{}}}",
            place(file)
        )
    };
    let secret = format!(
        "{{\"rule\":\"SAS-7.1\",\"severity\":\"high\",\"message\":\"m\",\"place\":{},\"secret\":{{\"kind\":\"k\",\"preview\":\"p\"}}}}",
        place("app/key.py")
    );
    let files = ["../outside.txt", "/etc/hostname", "app/link.txt", "app/key.py", "app/a.py"];
    let findings: Vec<String> = files.iter().map(|it| finding(it)).chain([secret]).collect();
    let scan = format!(
        "{{\"schema\":\"faasguard-scan/1\",\"root\":\"/\",\"findings\":[{}]}}",
        findings.join(",")
    );
    let folder = Folder::new()
        .file("outside.txt", "the words outside")
        .file("in/app/a.py", "the words inside")
        .file("in/app/key.py", "the words of a key")
        .link("in/app/link.txt", "../../outside.txt")
        .file("scan.json", scan);
    let own = std::fs::read_to_string("/etc/hostname").unwrap_or_else(|_| "nothing".to_owned());
    let dashboard = Dashboard::start(&folder.path(""), &["--scan", "scan.json", "--root", "in"]);
    let pages: Vec<String> = (0..6).map(|n| dashboard.get(&format!("/findings?n={n}"))).collect();
    for page in pages.iter().take(4) {
        assert!(!page.contains("the words"), "{page}");
        assert!(!page.contains(&format!("</span>{}", own.trim())), "{page}");
    }
    assert!(pages[4].contains("words inside"), "{}", pages[4]);
    assert!(pages[3].contains("a line with a secret, not shown"), "{}", pages[3]);
    // Without a folder no file is read at all, whatever root the document names.
    let dashboard = Dashboard::start(&folder.path(""), &["--scan", "scan.json"]);
    let page = dashboard.get("/findings?n=4");
    assert!(page.contains("--root DIR") && !page.contains("words inside"), "{page}");
}

#[test]
fn what_was_not_given_is_not_called_clean() {
    let folder = Folder::new().file("alerts.jsonl", "").file("odd.json", "{\"schema\":\"x/1\"}");
    let arguments = ["--alerts", "alerts.jsonl", "--scan", "odd.json"];
    let dashboard = Dashboard::start(&folder.path(""), &arguments);
    for path in [
        "/",
        "/functions",
        "/findings",
        "/graph",
        "/permissions",
        "/packages",
        "/checklist",
        "/guard",
        "/metrics",
        "/chains",
        "/lake",
    ] {
        let page = dashboard.get(path);
        assert_eq!(status(&page), 200, "{path}");
        assert!(page.contains("Nothing was given.") && page.contains("not an all-clear"), "{path}");
    }
    assert!(dashboard.get("/alerts").contains("and no others"));
    let inputs = dashboard.get("/inputs");
    assert!(inputs.contains("odd.json") && inputs.contains("x/1"), "{inputs}");
}

#[test]
fn a_file_that_changes_is_shown_when_it_is_followed() {
    let alert = |id: u32| {
        format!(
            "{{\"rule_id\":\"r\",\"rule\":\"Rule {id}\",\"level\":\"high\",\"event_id\":\"{id}\",\"time\":\"2026-01-31T10:00:0{id}Z\",\"event_name\":\"Invoke\"}}\n"
        )
    };
    let folder = Folder::new().file("a.jsonl", alert(1));
    let dashboard = Dashboard::start(&folder.path(""), &["--alerts", "a.jsonl", "--follow"]);
    assert!(dashboard.get("/version").ends_with("\r\n\r\n1"));
    assert!(dashboard.get("/alerts").contains("Rule 1"));
    folder.write("a.jsonl", alert(1) + &alert(2));
    wait_until("the next state", || dashboard.get("/version").ends_with("\r\n\r\n2"));
    assert!(dashboard.get("/alerts").contains("Rule 2"));
}

#[test]
fn a_scan_is_made_again_when_one_of_its_files_changes() {
    let folder = Folder::new().file("app/template.yaml", ORDERS);
    let dashboard = Dashboard::start(&folder.path(""), &["app", "--follow"]);
    let finding = "every action of <code>dynamodb</code>";
    assert!(dashboard.get("/findings").contains(finding));
    let is_version =
        |number: u32| dashboard.get("/version").ends_with(&format!("\r\n\r\n{number}"));
    folder.write("app/template.yaml", ORDERS.replace("dynamodb:*", "dynamodb:GetItem"));
    wait_until("the next scan", || is_version(2));
    assert!(!dashboard.get("/findings").contains(finding));
    folder.write("app/template.yaml", ORDERS);
    wait_until("the scan after it", || is_version(3));
    assert!(dashboard.get("/findings").contains(finding));
    // Code counts, too.
    folder.write(
        "app/src/app.py",
        "import os\n\ndef handler(event, context):\n    os.system(event['body'])\n",
    );
    wait_until("the scan of the code", || is_version(4));
    assert!(dashboard.get("/findings").contains("command-injection"));
}

#[test]
fn a_scan_that_fails_leaves_the_older_results_and_says_so() {
    let folder = Folder::new().file("app/template.yaml", ORDERS);
    let dashboard = Dashboard::start(&folder.path(""), &["app", "--follow"]);
    let finding = "every action of <code>dynamodb</code>";
    let failed = "the scan after a change failed";
    folder.write("app/faasguard.toml", "this is = = no TOML");
    wait_until("the failed scan", || dashboard.get("/inputs").contains(failed));
    assert!(dashboard.get("/findings").contains(finding));
    folder.write("app/faasguard.toml", "");
    wait_until("the next scan", || !dashboard.get("/inputs").contains(failed));
    assert!(dashboard.get("/findings").contains(finding));
}
