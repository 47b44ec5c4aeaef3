//! Symbolic links: where they lead, and entries that stand below them.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::{
    anomaly::{Anomalies, Kind},
    collisions::parent,
    contents,
    entry::{Entry, Listed},
    names::canonical,
};

/// Longest target that a file system takes.
const LONGEST_TARGET: u64 = 4_096;
/// Links that are followed in a row, as Linux does.
const MOST_HOPS: usize = 40;
/// Folders of a path that are looked at.
const DEEPEST: usize = 64;
/// Bytes of paths put together while links are followed, in one archive.
const MOST_WORK: usize = 64 << 20;

type Links<'a> = HashMap<Vec<u8>, Target<'a>, RandomState>;

struct Target<'a> {
    bytes: Vec<u8>,
    entry: &'a Entry<'a>,
}

/// Looks at all links of the archive.
pub(crate) fn check(entries: &[Entry<'_>], anomalies: &mut Anomalies) {
    let mut links = Links::default();
    let mut order = Vec::new();
    for entry in entries.iter().filter(|it| it.listed != Listed::LocalHeaderOnly && it.is_link()) {
        let path = canonical(entry.name).into_owned();
        let shown = || Some(entry.path().into_owned());
        let Ok(bytes) = contents::read(entry, LONGEST_TARGET) else {
            let message =
                "it is a symbolic link whose target cannot be read; replace it by the file";
            anomalies.add(Kind::Symlink, || (shown(), message.to_owned()));
            continue;
        };
        anomalies.add(Kind::Symlink, || {
            let target = String::from_utf8_lossy(&bytes);
            (shown(), format!("it is a symbolic link to `{target}`; replace it by the file"))
        });
        order.push(path.clone());
        links.insert(path, Target { bytes: bytes.into_owned(), entry });
    }
    if links.is_empty() {
        return;
    }
    let mut work = MOST_WORK;
    for path in &order {
        let Some(link) = links.get(path) else { continue };
        if escapes(path, &link.bytes, &links, &mut work) {
            anomalies.add(Kind::SymlinkEscape, || {
                let target = String::from_utf8_lossy(&link.bytes);
                let message =
                    format!("the link leads to `{target}`, out of the package or further than is followed; remove it");
                (Some(link.entry.path().into_owned()), message)
            });
        }
    }
    for entry in entries {
        if let Some(link) = above(&canonical(entry.name), &links) {
            anomalies.add(Kind::EntryBelowSymlink, || {
                let link = String::from_utf8_lossy(link);
                let message = format!("its folder `{link}` is a symbolic link of the same archive, so that it is written elsewhere; remove one");
                (Some(entry.path().into_owned()), message)
            });
        }
    }
}

/// The link that a path goes through.
fn above<'a>(path: &'a [u8], links: &Links<'_>) -> Option<&'a [u8]> {
    let mut folder = parent(path);
    for _ in 0..DEEPEST {
        let here = folder?;
        if links.contains_key(here) {
            return Some(here);
        }
        folder = parent(here);
    }
    None
}

/// Whether a link at `path` leads out of the package, followed as the system would.
fn escapes(path: &[u8], target: &[u8], links: &Links<'_>, work: &mut usize) -> bool {
    let mut here: Vec<Vec<u8>> = parts(parent(path).unwrap_or_default());
    // Parts still to go, the next one last.
    let mut ahead: Vec<Vec<u8>> = Vec::new();
    let mut hops = 0;
    let mut follow = |target: &[u8], ahead: &mut Vec<Vec<u8>>| {
        ahead.extend(parts(target).into_iter().rev());
        hops += 1;
        !target.starts_with(b"/") && hops <= MOST_HOPS
    };
    if !follow(target, &mut ahead) {
        return true;
    }
    while let Some(part) = ahead.pop() {
        match part.as_slice() {
            b"." => {}
            b".." => {
                if here.pop().is_none() {
                    return true;
                }
            }
            _ => {
                here.push(part);
                let length: usize = here.iter().map(|part| part.len() + 1).sum();
                let Some(left) = work.checked_sub(length) else { return true };
                *work = left;
                if let Some(next) = links.get(&here.join(&b'/')) {
                    here.pop();
                    // Loops lead nowhere, and what leads through too many links is as good as out.
                    if !follow(&next.bytes, &mut ahead) {
                        return true;
                    }
                }
            }
        }
    }
    false
}

fn parts(path: &[u8]) -> Vec<Vec<u8>> {
    path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).map(<[u8]>::to_vec).collect()
}
