//! Qualified names as numbers: `boto3.s3.get_object` is a node in a tree of segments.

use code_ir::SmolStr;
use rustc_hash::FxHashMap;

/// A qualified name. Cheap to copy and compare; read with [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub u32);

impl NameId {
    /// The empty name, parent of all roots.
    pub const ROOT: Self = Self(0);
}

/// A table of qualified names: a tree whose edges are segments.
#[derive(Clone, Debug)]
pub struct Names {
    nodes: Vec<(NameId, SmolStr)>,
    children: FxHashMap<(NameId, SmolStr), NameId>,
}

impl Default for Names {
    fn default() -> Self {
        Self { nodes: vec![(NameId::ROOT, SmolStr::default())], children: FxHashMap::default() }
    }
}

impl Names {
    /// The name `parent.segment`, made when it is new.
    pub fn child(&mut self, parent: NameId, segment: &str) -> NameId {
        if let Some(id) = self.find_child(parent, segment) {
            return id;
        }
        let id = NameId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let segment = SmolStr::new(segment);
        self.nodes.push((parent, segment.clone()));
        self.children.insert((parent, segment), id);
        id
    }

    /// The name `parent.segment`, when it is known.
    #[must_use]
    pub fn find_child(&self, parent: NameId, segment: &str) -> Option<NameId> {
        self.children.get(&(parent, SmolStr::new(segment))).copied()
    }

    /// A whole name, made when it is new.
    pub fn intern(&mut self, name: &str) -> NameId {
        let segments: Vec<_> = segments(name).collect();
        segments.into_iter().fold(NameId::ROOT, |at, segment| self.child(at, segment))
    }

    /// Parent and last segment.
    #[must_use]
    pub fn split(&self, id: NameId) -> (NameId, &str) {
        self.nodes.get(id.0 as usize).map_or((NameId::ROOT, ""), |(parent, text)| (*parent, text))
    }
}

/// The names of models with those of one run on top; the models' own are shared by all runs.
#[derive(Debug)]
pub struct NameTable<'a> {
    base: &'a Names,
    extra: Names,
}

impl<'a> NameTable<'a> {
    /// A table that begins with the names of models.
    #[must_use]
    pub fn new(base: &'a Names) -> Self {
        Self { base, extra: Names::default() }
    }

    fn base_len(&self) -> u32 {
        u32::try_from(self.base.nodes.len()).unwrap_or(u32::MAX)
    }

    /// The name `parent.segment`, made when it is new.
    pub fn child(&mut self, parent: NameId, segment: &str) -> NameId {
        if parent.0 < self.base_len()
            && let Some(id) = self.base.find_child(parent, segment)
        {
            return id;
        }
        let local = self.extra.child(parent, segment);
        NameId(local.0 + self.base_len())
    }

    /// A whole name, made when it is new.
    pub fn intern(&mut self, name: &str) -> NameId {
        let segments: Vec<_> = segments(name).collect();
        segments.into_iter().fold(NameId::ROOT, |at, segment| self.child(at, segment))
    }

    /// Parent and last segment.
    #[must_use]
    pub fn split(&self, id: NameId) -> (NameId, &str) {
        match id.0.checked_sub(self.base_len()) {
            Some(local) => self.extra.split(NameId(local)),
            None => self.base.split(id),
        }
    }

    /// The whole name as text.
    #[must_use]
    pub fn text(&self, id: NameId) -> String {
        let mut parts = Vec::new();
        let mut at = id;
        while at != NameId::ROOT {
            let (parent, text) = self.split(at);
            parts.push(text);
            at = parent;
        }
        parts.reverse();
        parts.join(".")
    }
}

/// Segments of a name. A path of a package (`github.com/lib/pq`, `@aws-sdk/client-s3`) is one
/// segment, dots before its last slash included.
fn segments(name: &str) -> impl Iterator<Item = &str> {
    let head_end = name.rfind('/').map_or(0, |slash| slash + 1);
    let rest = name.get(head_end..).unwrap_or_default();
    let first_len = head_end + rest.find('.').unwrap_or(rest.len());
    let (first, tail) = name.split_at(first_len);
    let tail = tail.strip_prefix('.');
    std::iter::once(first).chain(tail.into_iter().flat_map(|tail| tail.split('.')))
}

#[cfg(test)]
mod tests {
    use super::{NameTable, Names};

    #[test]
    fn a_package_path_is_one_segment() {
        let mut names = Names::default();
        let id = names.intern("github.com/aws/aws-sdk-go/service/s3.New");
        let (parent, last) = names.split(id);
        assert_eq!((names.split(parent).1, last), ("github.com/aws/aws-sdk-go/service/s3", "New"));
    }

    #[test]
    fn names_of_a_run_stand_on_those_of_the_models() {
        let mut names = Names::default();
        let join = names.intern("os.path.join");
        let mut table = NameTable::new(&names);
        assert_eq!(table.intern("os.path.join"), join);
        let own = table.intern("os.path.split.first");
        assert_eq!(table.text(own), "os.path.split.first");
        assert_eq!(table.intern("os.path.split.first"), own);
    }
}
