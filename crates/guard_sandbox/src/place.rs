//! Where a function runs: its code, its program, its resolver, what the platform needs.

use std::ffi::OsStr;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use crate::egress::{AllowList, lowered};
use crate::names::Names;
use crate::resolver::Upstream;

/// What is known of the place where a function runs.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The program that is started, found on `PATH`, links followed.
    pub program: PathBuf,
    /// Name of the function, where the settings have none.
    pub function: String,
    /// Folders of the function's code.
    pub code: Vec<PathBuf>,
    /// The settings file.
    pub settings: Option<PathBuf>,
    /// Home folders, in which tools keep credentials.
    pub homes: Vec<PathBuf>,
    /// Ports on the loopback that the guard itself serves.
    pub guard_ports: Vec<u16>,
    /// `host:port` of what the platform itself asks functions to talk to.
    pub needed: Vec<String>,
    /// Whether metadata services are out of bounds: not where the platform gives credentials there.
    pub refuses_metadata: bool,
    pub(crate) upstream: Upstream,
    pub(crate) hosts: Vec<(IpAddr, String)>,
}

impl Place {
    /// The place of this process, for starting `program`.
    #[must_use]
    pub fn of_this_process(program: &OsStr) -> Self {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
        let mut code: Vec<PathBuf> =
            variable("LAMBDA_TASK_ROOT").map(Into::into).into_iter().collect();
        code.extend(std::env::current_dir().ok());
        let mut homes = vec![PathBuf::from("/root")];
        homes.extend(
            variable("HOME").map(PathBuf::from).filter(|home| home.components().count() > 1),
        );
        let settings = variable("FAASGUARD_SETTINGS").map(PathBuf::from);
        let defaults = ["/opt/faasguard/settings.json", "/var/task/faasguard.json"];
        let found = || defaults.iter().map(PathBuf::from).find(|path| path.is_file());
        let mut needed: Vec<String> = text("AWS_XRAY_DAEMON_ADDRESS").into_iter().collect();
        if variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").is_some() {
            needed.push("169.254.170.2:80".to_owned());
        }
        needed.retain(|entry| AllowList::parse(std::slice::from_ref(entry)).is_ok());
        let resolv_conf = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
        let hosts = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
        Self {
            program: find_program(program),
            function: text("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default(),
            code,
            settings: settings.or_else(found),
            homes,
            guard_ports: Vec::new(),
            needed,
            refuses_metadata: variable("K_SERVICE").is_none(),
            upstream: Upstream::parse(&resolv_conf),
            hosts: parse_hosts(&hosts),
        }
    }

    /// Has names asked for as a text in the form of `/etc/resolv.conf` says.
    pub fn set_resolvers(&mut self, resolv_conf: &str) {
        self.upstream = Upstream::parse(resolv_conf);
    }

    /// Remembers the names of the hosts file that a list names.
    pub(crate) fn learn_hosts(&self, list: &AllowList, names: &Names) {
        for (address, name) in &self.hosts {
            if list.names(name) {
                names.learn(name, *address);
            }
        }
    }

    /// The programs that the runtime is made of: what is started, what runs it, and the folders of
    /// Lambda's runtimes.
    pub(crate) fn programs(&self) -> Vec<PathBuf> {
        let mut programs = vec![PathBuf::from("/var/runtime"), PathBuf::from("/var/lang")];
        if self.program.is_absolute() {
            programs.extend(interpreters(&self.program));
        }
        programs
    }
}

/// A program and the chain of interpreters that its first line names, links followed.
pub(crate) fn interpreters(program: &Path) -> Vec<PathBuf> {
    let mut chain = Vec::new();
    let mut next = Some(program.to_owned());
    // The kernel follows four.
    while let Some(path) = next.take().filter(|_| chain.len() < 5) {
        next = first_line_program(&path);
        chain.push(std::fs::canonicalize(&path).unwrap_or(path));
    }
    chain
}

fn first_line_program(path: &Path) -> Option<PathBuf> {
    use std::io::Read;
    let mut start = [0; 256];
    let read = std::fs::File::open(path).ok()?.read(&mut start).ok()?;
    let line = start.get(..read)?.strip_prefix(b"#!")?;
    let line = String::from_utf8_lossy(line.split(|byte| *byte == b'\n').next()?).into_owned();
    let mut words = line.split_ascii_whitespace();
    let interpreter = words.next()?;
    let argument = words.find(|word| !word.starts_with('-') && !word.contains('='));
    match argument {
        Some(name) if interpreter.ends_with("/env") => Some(find_program(OsStr::new(name))),
        _ => Some(PathBuf::from(interpreter)),
    }
}

/// Where a program is, as `execvp` finds it; as it was where it is not found.
fn find_program(program: &OsStr) -> PathBuf {
    let given = Path::new(program);
    if given.components().count() > 1 {
        return std::path::absolute(given).unwrap_or_else(|_| given.to_owned());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(given));
    found.into_iter().find(|path| path.is_file()).unwrap_or_else(|| given.to_owned())
}

fn parse_hosts(text: &str) -> Vec<(IpAddr, String)> {
    let mut hosts = Vec::new();
    for line in text.lines().take(1000) {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_ascii_whitespace();
        if let Some(address) = words.next().and_then(|word| word.parse::<IpAddr>().ok()) {
            hosts.extend(words.map(|name| (address, lowered(name))));
        }
    }
    hosts
}

#[cfg(test)]
mod tests {
    use super::{Place, interpreters, parse_hosts};
    use std::ffi::OsStr;

    #[test]
    fn hosts_are_read_with_all_their_names() {
        let hosts = parse_hosts("127.0.0.1 localhost\n192.0.2.5 db DB.local # x\nnonsense y\n");
        let expected = [("127.0.0.1", "localhost"), ("192.0.2.5", "db"), ("192.0.2.5", "db.local")];
        let expected = expected.map(|(address, name)| (address.parse().unwrap(), name.to_owned()));
        assert_eq!(hosts, expected);
    }

    #[test]
    fn a_script_brings_the_program_of_its_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("bootstrap");
        std::fs::write(&script, "#!/usr/bin/env -S sh\nexit 0\n").unwrap();
        let chain = interpreters(&script);
        let shell = std::fs::canonicalize("/bin/sh").unwrap();
        assert_eq!(chain.get(1), Some(&shell), "{chain:?}");
        assert!(Place::of_this_process(OsStr::new("sh")).program.is_absolute());
    }
}
