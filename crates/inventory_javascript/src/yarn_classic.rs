//! `yarn.lock` of Yarn 1, in its own notation.

use component::{
    Component, ComponentId, Inventory, Origin, OriginKind, RemarkKind, Requirement, Scope,
    read_text,
};

use crate::{Reader, integrity, is_name, locked, origin, split_name, wishes::OpenLock};

/// Most lines that are read.
const MOST_LINES: usize = 2_000_000;

/// One block of the file.
#[derive(Default)]
struct Block<'a> {
    line: u32,
    descriptors: Vec<String>,
    fields: Vec<(&'a str, String)>,
    requires: Vec<(Scope, String, String)>,
}

pub(crate) fn read(path: &str, bytes: &[u8], reader: &mut Reader, into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let mut lock = OpenLock { first: into.components.len(), ..OpenLock::default() };
    let mut wants: Vec<(ComponentId, Scope, String, String)> = Vec::new();
    for block in blocks(path, &text, into) {
        let Some(component) = component_of(path, &block, into) else { continue };
        let Some(id) = into.add(component) else { break };
        for descriptor in block.descriptors {
            lock.by_descriptor.insert(descriptor, id);
        }
        wants.extend(
            block.requires.into_iter().map(|(scope, name, range)| (id, scope, name, range)),
        );
    }
    for (from, scope, name, range) in wants {
        let to = lock.find(&name, &range);
        into.require(from, Requirement { scope, to, ..Requirement::new(name, range) });
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    reader.lock_gaps.locks.insert(folder.to_owned(), lock);
}

fn component_of(path: &str, block: &Block<'_>, into: &mut Inventory) -> Option<Component> {
    let first = block.descriptors.first().map(String::as_str).unwrap_or_default();
    // Yarn writes a name alone for any version.
    let (name, range) = split_name(first).unwrap_or((first, ""));
    if !is_name(name) {
        let what = "this entry does not start with `name@range` and is left out";
        into.remark(path, Some(block.line), RemarkKind::Partial, what);
        return None;
    }
    let alias = range.strip_prefix("npm:");
    let name = alias.map_or(name, |alias| split_name(alias).map_or(alias, |(name, _)| name));
    let field = |name: &str| {
        block.fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    };
    let mut component = locked(path, name, field("version"), Some(block.line));
    component.digests = field("integrity").map(integrity).unwrap_or_default();
    if let Some(resolved) = field("resolved") {
        component.origin = origin(resolved);
        // Yarn 1 puts the SHA-1 of a tarball behind its address.
        let sha1 = resolved.split_once('#').map(|(_, digest)| digest).unwrap_or_default();
        if component.digests.is_empty() {
            component.digests.extend(component::Digest::new(component::Algorithm::Sha1, sha1));
        }
    } else {
        let asked = origin(range);
        component.origin = if asked.kind == OriginKind::Registry {
            Origin::of(OriginKind::Unknown)
        } else {
            asked
        };
    }
    Some(component)
}

fn blocks<'a>(path: &str, text: &'a str, into: &mut Inventory) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut list = None;
    let mut odd = None;
    for (number, line) in (1_u32..).zip(text.lines()).take(MOST_LINES) {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        if indent == 0 {
            let head = content.strip_suffix(':');
            let descriptors = head.map(words_of_head).unwrap_or_default();
            if descriptors.is_empty() {
                odd = odd.or(Some(number));
            }
            blocks.push(Block { line: number, descriptors, ..Block::default() });
            list = None;
            continue;
        }
        let Some(block) = blocks.last_mut() else {
            odd = odd.or(Some(number));
            continue;
        };
        match (indent, content) {
            (2, "dependencies:") => list = Some(Scope::Runtime),
            (2, "optionalDependencies:") => list = Some(Scope::Optional),
            (2, _) if content.ends_with(':') => list = None,
            (2, _) => match pair(content) {
                Some((key, value)) => block.fields.push((unquoted(key), value)),
                None => odd = odd.or(Some(number)),
            },
            _ => match (list, pair(content)) {
                (Some(scope), Some((name, range))) => {
                    block.requires.push((scope, unquoted(name).to_owned(), range));
                }
                // Other lists say nothing about packages.
                (None, _) => {}
                (Some(_), None) => odd = odd.or(Some(number)),
            },
        }
    }
    if odd.is_some() {
        into.remark(
            path,
            odd,
            RemarkKind::Partial,
            "this is not the notation of Yarn 1; the rest is read",
        );
    }
    blocks.retain(|block| !block.descriptors.is_empty());
    blocks
}

/// `"@a/b@^1", c@2` as its parts.
fn words_of_head(head: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in head.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => words.push(String::new()),
            c => {
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
    }
    words.into_iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

/// `key "value"` or `"key" value`.
fn pair(content: &str) -> Option<(&str, String)> {
    let end = match content.strip_prefix('"') {
        Some(rest) => rest.find('"')? + 2,
        None => content.find(' ')?,
    };
    let (key, value) = content.split_at_checked(end)?;
    Some((key, unquoted(value.trim()).to_owned()))
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}
