//! A scanned folder in memory.
#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::indexing_slicing,
    reason = "not every test uses all of it; a test fails by panicking"
)]

use std::collections::BTreeMap;

use source_text::{FileId, Node, ReadError, Sources};
use terraform_language::{Block, Evaluated, ModuleFiles, Options};

pub(crate) struct Memory {
    sources: Sources,
    files: BTreeMap<String, FileId>,
}

impl Memory {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let sources = Sources::default();
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), sources.add(*path, *text)))
            .collect();
        Self { sources, files }
    }

    pub(crate) fn evaluate(&self) -> Evaluated {
        terraform_language::evaluate("", &Options::default(), self)
    }
}

impl ModuleFiles for Memory {
    fn list(&self, folder: &str) -> Vec<String> {
        let of_folder = |path: &String| match path.rsplit_once('/') {
            Some((at, name)) => (at == folder).then(|| name.to_owned()),
            None => folder.is_empty().then(|| path.clone()),
        };
        self.files.keys().filter_map(of_folder).collect()
    }

    fn read(&self, path: &str) -> Result<FileId, ReadError> {
        let found = self.files.get(path).copied();
        found.ok_or_else(|| ReadError::NotFound { path: path.to_owned() })
    }

    fn exists(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

pub(crate) fn json(node: &Node) -> String {
    source_text::to_json_compact(node)
}

/// The resource at an address.
pub(crate) fn resource<'e>(it: &'e Evaluated, address: &str) -> &'e Block {
    let position = it.resources.iter().position(|block| block.address == address);
    let all: Vec<&str> = it.resources.iter().map(|block| block.address.as_str()).collect();
    assert!(position.is_some(), "no {address} among {all:?}; {:?}", it.diagnostics);
    &it.resources[position.unwrap_or_default()]
}
