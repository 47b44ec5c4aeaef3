//! What a compiled program tells of itself: Go's build information, and the list that `cargo auditable` adds.
//!
//! Sources: the documentation of `debug/buildinfo`; the format of cargo-auditable.

use std::io::Read;

use component::{
    Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, Inventory, Origin,
    OriginKind, RemarkKind, Requirement, Scope,
};
use memchr::memmem;
use object::{Object, ObjectSection};
use serde_json::Value;

/// Stands before Go's build information, at a multiple of 16 bytes.
const GO_MAGIC: &[u8] = b"\xff Go buildinf:";
/// Flag: version and modules follow in place; before Go 1.18 they are pointers.
const IN_PLACE: u8 = 2;
/// Where the texts start, from the magic on.
const TEXTS: usize = 32;
/// Marks around the list of modules.
const MARK: usize = 16;
/// The longest list that is read.
const LARGEST_LIST: usize = 16 << 20;

/// Whether the bytes are an executable of Linux, Windows or macOS.
#[must_use]
pub fn is_program(bytes: &[u8]) -> bool {
    let macho: [&[u8]; 3] = [b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe"];
    bytes.starts_with(b"\x7fELF")
        || bytes.starts_with(b"MZ")
        || macho.iter().any(|magic| bytes.starts_with(magic))
}

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let finder = memmem::Finder::new(GO_MAGIC);
    let found = finder.find_iter(bytes).find(|at| at % 16 == 0);
    if let Some(build) = found.and_then(|at| bytes.get(at..)) {
        read_go(path, build, into);
    }
    read_auditable(path, bytes, into);
}

fn read_go(path: &str, build: &[u8], into: &mut Inventory) {
    let flags = build.get(GO_MAGIC.len() + 1).copied().unwrap_or_default();
    if flags & IN_PLACE == 0 {
        let what = "the program was built by a Go before 1.18, whose list of modules is not read";
        return into.remark(path, None, RemarkKind::Unread, what);
    }
    let texts = build.get(TEXTS..).and_then(|rest| {
        let (version, rest) = text(rest)?;
        let (modules, _) = text(rest)?;
        Some((version, modules))
    });
    let Some((version, modules)) = texts else {
        let what = "the list of modules that Go left in the program is cut off";
        return into.remark(path, None, RemarkKind::Unread, what);
    };
    let version = String::from_utf8_lossy(version);
    let version = version.split([' ', '-']).next().unwrap_or_default().trim_start_matches("go");
    let modules = modules.get(MARK..modules.len().saturating_sub(MARK)).unwrap_or_default();
    add_modules(path, version, &String::from_utf8_lossy(modules), into);
}

/// A text after its length, and what follows it.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length = 0_usize;
    for (place, byte) in bytes.iter().enumerate().take(4) {
        length |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return bytes.get(place + 1..)?.split_at_checked(length);
        }
    }
    None
}

fn add_modules(path: &str, version: &str, list: &str, into: &mut Inventory) {
    let module = |name: &str, version: &str| {
        let version = Some(version.to_owned()).filter(|it| it != "(devel)");
        let mut component =
            Component::new(Ecosystem::Go, name, version).seen(path, None, EvidenceKind::Binary);
        component.scope = Scope::Runtime;
        component.origin = Origin::of(OriginKind::Registry);
        component
    };
    let mut program = module("application", "");
    program.kind = ComponentKind::Project;
    let mut parts = vec![module("stdlib", version)];
    for line in list.lines() {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            ["path", name] if program.name == "application" => {
                (*name).clone_into(&mut program.name);
            }
            ["mod", name, version, ..] => {
                (*name).clone_into(&mut program.name);
                program.version = module(name, version).version;
            }
            ["dep", name, version, sum @ ..] => parts.push(summed(module(name, version), sum)),
            // A folder takes the place of the module before, whatever version it is.
            ["=>", folder, ..] if folder.starts_with(['.', '/']) || folder.contains(":\\") => {
                if let Some(module) = parts.last_mut() {
                    module.version = None;
                    module.digests.clear();
                    module.origin = Origin::at(OriginKind::Path, folder);
                }
            }
            // Another module does.
            ["=>", name, version, sum @ ..] => {
                parts.pop();
                parts.push(summed(module(name, version), sum));
            }
            ["build", setting] => {
                if let Some(revision) = setting.strip_prefix("vcs.revision=") {
                    program.origin.revision = Some(revision.to_owned());
                }
            }
            _ => {}
        }
    }
    let Some(root) = into.add(program) else { return };
    for part in parts {
        let name = part.name.clone();
        let Some(id) = into.add(part) else { return };
        into.require(root, Requirement::resolved(name, "", id));
    }
}

fn summed(mut module: Component, sum: &[&str]) -> Component {
    module.digests.extend(sum.first().and_then(|sum| Digest::parse_go(sum)));
    module
}

fn read_auditable(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Ok(program) = object::File::parse(bytes) else { return };
    let Some(section) = program.section_by_name(".dep-v0") else { return };
    let mut list = Vec::new();
    let unpacked = section.data().ok().map(|data| {
        let limit = u64::try_from(LARGEST_LIST).unwrap_or(u64::MAX);
        flate2::read::ZlibDecoder::new(data).take(limit).read_to_end(&mut list)
    });
    let packages = match (unpacked, serde_json::from_slice::<Value>(&list)) {
        (Some(Ok(_)), Ok(document)) => document.get("packages").and_then(Value::as_array).cloned(),
        _ => None,
    };
    let Some(packages) = packages else {
        let what = "the list that `cargo auditable` left in the program cannot be read";
        return into.remark(path, None, RemarkKind::Unread, what);
    };
    let text =
        |package: &Value, key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut ids: Vec<Option<ComponentId>> = Vec::new();
    for package in &packages {
        let name = text(package, "name").unwrap_or_default();
        let mut component = Component::new(Ecosystem::CratesIo, name, text(package, "version"))
            .seen(path, None, EvidenceKind::Binary);
        if package.get("root").and_then(Value::as_bool) == Some(true) {
            component.kind = ComponentKind::Project;
        }
        component.scope = match text(package, "kind").as_deref() {
            Some("build") => Scope::Development,
            _ => Scope::Runtime,
        };
        component.origin = Origin::of(match text(package, "source").as_deref() {
            Some("crates.io" | "registry") => OriginKind::Registry,
            Some("git") => OriginKind::Git,
            Some("local") => OriginKind::Path,
            _ => OriginKind::Unknown,
        });
        ids.push(into.add(component));
    }
    for (package, from) in packages.iter().zip(&ids) {
        let wanted = package.get("dependencies").and_then(Value::as_array);
        for place in wanted.into_iter().flatten().filter_map(Value::as_u64) {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            let (Some(from), Some(Some(to))) = (from, ids.get(place)) else { continue };
            let name = into.components.get(*to).map(|it| it.name.clone()).unwrap_or_default();
            into.require(*from, Requirement::resolved(name, "", *to));
        }
    }
}
