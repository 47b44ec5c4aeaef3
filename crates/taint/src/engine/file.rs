//! Local files: what is written to one is read from it again.
//!
//! A file is known by the text of its path, or by the variable that holds the path. What is written
//! never goes away: an entry point that writes a file twice reads either.

use code_ir::{SmolStr, Span};
use taint_models::{Call, NameId, Port, Source, Writes};

use super::{Engine, condition::Site};
use crate::{
    heap::Map,
    pieces::{HOLE, Pieces},
    value::{Key, Note, Shape, Taint, Value},
};

impl Engine<'_> {
    /// An entry point begins: no file holds anything yet.
    pub(super) fn empty_files(&mut self) {
        self.files = Some(self.heap.add_map(Map::default()));
    }

    /// A call writes arguments, or what it takes from outside, to a file.
    pub(super) fn write_file(
        &mut self,
        (model, writes): (&Call, &Writes),
        id: NameId,
        site: &Site<'_>,
        span: Span,
    ) {
        let contents = match &model.source {
            Some(source) => {
                let trust = self.trust_of_stored(source.trust, site);
                self.taint_of_source(&Source { trust, ..source.clone() }, span)
            }
            None => self.taint_of_ports(&writes.contents, site),
        };
        if contents.is_clean() {
            return;
        }
        let note = Note::Through(SmolStr::new(self.names.text(id)));
        let contents = contents.step(self.module_id(), span, &note);
        for port in &writes.file {
            for file in self.port(port, site) {
                // The variable that holds an open file has them, too.
                if matches!(file.shape, Shape::Instance(_) | Shape::Object(_)) {
                    self.pour(&file, &contents);
                }
                self.write_under(&file, &contents);
            }
        }
    }

    fn write_under(&mut self, file: &Value, contents: &Taint) {
        let keys = self.keys_of_file(file);
        let Some(files) = self.files.and_then(|files| self.heap.change_map(files)) else { return };
        for key in keys {
            let before = files.get(&key).map(|value| value.taint.clone()).unwrap_or_default();
            files.set(key, Value::tainted(before.or(contents)));
        }
    }

    /// What was written to the files that arguments name.
    pub(super) fn read_file(&mut self, ports: &[Port], site: &Site<'_>) -> Taint {
        let mut taint = Taint::default();
        for port in ports {
            for file in self.port(port, site) {
                let keys = self.keys_of_file(&file);
                let Some(files) = self.files.and_then(|files| self.heap.map(files)) else {
                    continue;
                };
                for value in keys.iter().filter_map(|key| files.get(key)) {
                    taint = taint.or(&value.taint);
                }
            }
        }
        taint
    }

    fn taint_of_ports(&mut self, ports: &[Port], site: &Site<'_>) -> Taint {
        let mut taint = Taint::default();
        for port in ports {
            for value in self.port(port, site) {
                taint = taint.or(&self.deep_taint(&value));
            }
        }
        taint
    }

    /// What a file is known by.
    fn keys_of_file(&self, file: &Value) -> Vec<Key> {
        let mut keys = Vec::new();
        if let Some(pieces) = Pieces::of([file]) {
            let is_exact = !pieces.as_str().contains(HOLE);
            if is_exact || file.views.is_none() || matches!(file.shape, Shape::Instance(_)) {
                keys.push(Key::Name(SmolStr::new(pieces.as_str())));
            }
        }
        if let Shape::Library(id) = file.shape {
            keys.push(Key::Name(SmolStr::new(self.names.text(id))));
        }
        for view in file.views.as_deref().into_iter().flatten() {
            keys.push(Key::Name(SmolStr::new(format!("{HOLE}{:?}#{}", view.cell, view.id))));
        }
        keys
    }
}
