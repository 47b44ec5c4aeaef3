//! What Landlock leaves of a function's rights, and the same for the eyes of the supervisor.

use std::collections::BTreeSet;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use guard_settings::{Mode, Settings};
use rustix::fs::{Mode as Permissions, OFlags};

use crate::facts::Facts;
use crate::kernel::{
    PathRule, RulesetAttributes, landlock_add_path, landlock_add_port, landlock_create,
};
use crate::paths::{Lists, PathRules};
use crate::place::{Place, interpreters};

const EXECUTE: u64 = 1 << 0;
const WRITE_FILE: u64 = 1 << 1;
const READ_FILE: u64 = 1 << 2;
const READ_DIR: u64 = 1 << 3;
/// Making and removing names: bits 4 to 12.
const NAMES: u64 = 0x1ff0;
/// Linking and renaming between folders (ABI 2).
const REFER: u64 = 1 << 13;
/// Cutting files (ABI 3).
const TRUNCATE: u64 = 1 << 14;
/// Connecting over TCP (ABI 4).
const CONNECT_TCP: u64 = 1 << 1;
/// Signals stay inside (ABI 6).
const SCOPE_SIGNALS: u64 = 1 << 1;

/// What every program reads: libraries, configuration, devices, the description of the system.
const SYSTEM: [&str; 18] = [
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/bin",
    "/sbin",
    "/etc",
    "/dev",
    "/proc",
    "/sys",
    "/tmp",
    "/opt",
    "/var/task",
    "/var/runtime",
    "/var/lang",
    "/run/systemd/resolve",
    "/var/rapid",
];

/// Who connects the sockets of the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connecting {
    /// The supervisor: the function itself needs no right to.
    BySupervisor,
    /// The function, after the supervisor was asked, who knows hosts and lets the loopback through;
    /// Landlock knows neither.
    Asked,
    /// The function, and nobody is asked.
    Alone,
}

/// Most files that a pattern of programs may mean.
const MOST_PROGRAMS: usize = 4096;

/// The same rights as the supervisor sees them.
pub(crate) fn path_rules(settings: &Settings, place: &Place) -> PathRules {
    let files = settings.files.as_ref();
    let named: Vec<PathBuf> =
        files.map(|files| files.read.iter().map(PathBuf::from).collect()).unwrap_or_default();
    PathRules {
        homes: place.homes.clone(),
        settings: place.settings.clone(),
        lists: files.map(|files| Lists { read: readable(&files.read, place) }),
        written: files
            .map(|files| files.write.iter().map(PathBuf::from).collect())
            .unwrap_or_default(),
        named,
    }
}

/// Roots that may be read: the system, the code, the home of the runtime, what is listed.
pub(crate) fn readable(listed: &[String], place: &Place) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = SYSTEM.iter().map(PathBuf::from).collect();
    roots.extend(place.code.iter().cloned());
    for program in interpreters(&place.program) {
        // `/usr/local/bin/python3` reads below `/usr/local`, `/bin/sh` not below everything.
        let home = program.parent().and_then(Path::parent);
        roots.extend(home.filter(|home| home.components().count() > 1).map(Path::to_owned));
        roots.push(program);
    }
    roots.extend(listed.iter().map(PathBuf::from));
    roots
}

/// The set of rules for the settings; `None` when nothing is to be given up or Landlock is missing.
pub(crate) fn ruleset(
    settings: &Settings,
    facts: &Facts,
    place: &Place,
    connecting: Connecting,
) -> Option<OwnedFd> {
    let abi = facts.landlock_abi();
    if abi == 0 || settings.mode != Mode::Block {
        return None;
    }
    let ports = ports(settings, place, abi, connecting);
    let mut attributes = RulesetAttributes::default();
    if settings.files.is_some() {
        attributes.files |= WRITE_FILE | READ_FILE | READ_DIR | NAMES;
        attributes.files |= if abi >= 2 { REFER } else { 0 } | if abi >= 3 { TRUNCATE } else { 0 };
    }
    if settings.processes.is_some() {
        attributes.files |= EXECUTE;
    }
    if ports.is_some() {
        attributes.network = CONNECT_TCP;
    }
    if abi >= 6 {
        attributes.scoped = SCOPE_SIGNALS;
    }
    if (attributes.files, attributes.network, attributes.scoped) == (0, 0, 0) {
        return None;
    }
    let ruleset = landlock_create(attributes, abi).ok()?;
    if let Some(files) = &settings.files {
        let read = READ_FILE | READ_DIR;
        for root in readable(&files.read, place) {
            allow(&ruleset, &root, read);
        }
        let write = (WRITE_FILE | NAMES | REFER | TRUNCATE | read) & attributes.files;
        for root in ["/tmp", "/dev/shm"] {
            allow(&ruleset, Path::new(root), write);
        }
        for root in ["/dev", "/proc"] {
            allow(&ruleset, Path::new(root), (WRITE_FILE | TRUNCATE) & attributes.files);
        }
        for root in &files.write {
            allow(&ruleset, Path::new(root), write);
        }
    }
    if let Some(processes) = &settings.processes {
        for program in programs(&processes.allow, place) {
            allow(&ruleset, &program, EXECUTE);
        }
    }
    for port in ports.unwrap_or_default() {
        let _ = landlock_add_port(ruleset.as_fd(), CONNECT_TCP, port);
    }
    Some(ruleset)
}

/// Ports that the function may connect to by itself; `None`: Landlock does not decide.
fn ports(
    settings: &Settings,
    place: &Place,
    abi: u32,
    connecting: Connecting,
) -> Option<BTreeSet<u16>> {
    let egress = settings.egress.as_ref().filter(|_| abi >= 4)?;
    match connecting {
        Connecting::BySupervisor => return Some(BTreeSet::new()),
        Connecting::Asked => return None,
        Connecting::Alone => {}
    }
    let list =
        crate::egress::AllowList::parse(&[&egress.allow[..], &place.needed].concat()).ok()?;
    let mut ports: BTreeSet<u16> = list.ports()?.into_iter().collect();
    // Landlock knows no hosts: names are asked for over TCP, too, and the guard is on the loopback.
    ports.insert(53);
    ports.extend(&place.guard_ports);
    Some(ports)
}

/// Every program that may be started: the listed ones, what runs them, and the loader of each.
fn programs(listed: &[String], place: &Place) -> BTreeSet<PathBuf> {
    let mut programs: BTreeSet<PathBuf> = place.programs().into_iter().collect();
    for pattern in listed {
        for program in matching(Path::new(pattern)) {
            programs.extend(interpreters(&program));
        }
    }
    let loaders: BTreeSet<PathBuf> =
        programs.iter().filter_map(|program| loader(program)).collect();
    programs.extend(loaders);
    // The loaders of programs below folders, such as `/var/lang`.
    for folder in ["/lib64", "/lib"] {
        for loader in matching(&Path::new(folder).join("ld-*.so*")) {
            programs.extend(std::fs::canonicalize(loader).ok());
        }
    }
    programs
}

/// The files that a pattern means now. A folder is no program: Landlock would take it for all that
/// is in it.
fn matching(pattern: &Path) -> Vec<PathBuf> {
    if !pattern.is_absolute() {
        return Vec::new();
    }
    let mut found = vec![PathBuf::from("/")];
    for part in pattern.components().skip(1) {
        let name = part.as_os_str();
        if !name.as_encoded_bytes().contains(&b'*') {
            for path in &mut found {
                path.push(name);
            }
            continue;
        }
        let folders = std::mem::take(&mut found);
        for entry in folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten() {
            let Ok(entry) = entry else { continue };
            let fits = crate::paths::name_fits(
                name.as_encoded_bytes(),
                entry.file_name().as_encoded_bytes(),
            );
            if fits && found.len() < MOST_PROGRAMS {
                found.push(entry.path());
            }
        }
    }
    found.retain(|path| path.is_file());
    found
}

/// The loader that an ELF program names (`PT_INTERP`), which the kernel runs for it.
fn loader(program: &Path) -> Option<PathBuf> {
    use std::io::Read;
    let mut start = Vec::new();
    std::fs::File::open(program).ok()?.take(4096).read_to_end(&mut start).ok()?;
    let word = |at: usize, width: usize| -> Option<usize> {
        let bytes = start.get(at..at.checked_add(width)?)?;
        let number = bytes.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        usize::try_from(number).ok()
    };
    // 64-bit, little-endian.
    start.strip_prefix(b"\x7fELF\x02\x01")?;
    let (table, size, count) = (word(32, 8)?, word(54, 2)?, word(56, 2)?);
    for index in 0..count.min(64) {
        let entry = table.checked_add(index.checked_mul(size)?)?;
        if word(entry, 4)? == 3 {
            let (from, length) = (word(entry + 8, 8)?, word(entry + 32, 8)?);
            let name =
                start.get(from..from.checked_add(length)?)?.split(|byte| *byte == 0).next()?;
            return std::fs::canonicalize(String::from_utf8_lossy(name).as_ref()).ok();
        }
    }
    None
}

/// Adds a right below a path that is there; files have no rights of folders.
fn allow(ruleset: &OwnedFd, path: &Path, rights: u64) {
    let Ok(fd) = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Permissions::empty())
    else {
        return;
    };
    let of_files = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE;
    let rights = if path.is_dir() { rights } else { rights & of_files };
    if rights != 0 {
        let rule = PathRule { allowed: rights, parent: fd.as_raw_fd() };
        let _ = landlock_add_path(ruleset.as_fd(), rule);
    }
}

#[cfg(test)]
mod tests {
    use super::{loader, matching, programs};
    use crate::place::Place;
    use std::path::Path;

    #[test]
    fn a_program_brings_its_loader_and_a_pattern_its_files() {
        let shell = std::fs::canonicalize("/bin/sh").unwrap();
        let loader = loader(&shell).unwrap();
        assert!(loader.file_name().unwrap().to_string_lossy().starts_with("ld"), "{loader:?}");
        assert!(matching(Path::new("/usr/*in/env")).contains(&"/usr/bin/env".into()));
        let all = programs(&["/bin/sh".to_owned()], &Place::default());
        assert!(all.contains(&shell) && all.contains(&loader), "{all:?}");
    }

    #[test]
    fn a_pattern_never_means_a_folder() {
        for pattern in ["", "git", "*", "./git", "/", "/*", "/usr", "/usr/*", "/usr/bin/.."] {
            let found = matching(Path::new(pattern));
            assert!(found.iter().all(|path| path.is_file()), "{pattern}: {found:?}");
        }
        assert!(matching(Path::new("bin/sh")).is_empty());
    }
}
