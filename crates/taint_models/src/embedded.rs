//! The models that are built in: tables that the build script wrote.

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// A model of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// `call`, `store` (a call that keeps values under keys), `attribute`, `type`, `package`,
    /// `event`, `entry`.
    pub(crate) word: &'static str,
    /// Names that it is about, with tabs between them.
    names: &'static str,
    /// Types that mean an event, in the same way.
    types: &'static str,
    /// The model as JSON, without the names of calls and attributes.
    pub(crate) model: &'static str,
}

impl Line {
    fn read(line: &'static str) -> Option<Self> {
        let (head, model) = line.rsplit_once('\t')?;
        let (word, names) = head.split_once('\t').unwrap_or((head, ""));
        let (names, types) = names.split_once("\t\t").unwrap_or((names, ""));
        Some(Self { word, names, types, model })
    }

    /// Names that it is about.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        columns(self.names)
    }

    /// Types that mean this event.
    pub(crate) fn types(self) -> impl Iterator<Item = &'static str> {
        columns(self.types)
    }
}

fn columns(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('\t').filter(|name| !name.is_empty())
}

/// The models of a language (`python`, `javascript` …), and those of events.
pub(crate) fn built_in(language: &str) -> impl Iterator<Item = Line> {
    TABLES
        .iter()
        .filter(move |(folder, _)| *folder == language || *folder == "events")
        .flat_map(|(_, table)| table.lines().filter_map(Line::read))
}

#[cfg(test)]
mod tests {
    use super::{Line, TABLES};
    use crate::format::{
        AttributeModel, CallModel, EntryModel, EventModel, PackageModel, TypeModel,
    };

    #[test]
    fn every_line_of_every_table_reads() {
        for (folder, table) in TABLES {
            for text in table.lines() {
                let line = Line::read(text).unwrap();
                let json = line.model;
                let error = match line.word {
                    "call" | "store" => serde_json::from_str::<CallModel>(json).err(),
                    "attribute" => serde_json::from_str::<AttributeModel>(json).err(),
                    "type" => serde_json::from_str::<TypeModel>(json).err(),
                    "package" => serde_json::from_str::<PackageModel>(json).err(),
                    "event" => serde_json::from_str::<EventModel>(json).err(),
                    "entry" => serde_json::from_str::<EntryModel>(json).err(),
                    word => panic!("{folder}: no model is a `{word}`"),
                };
                assert!(error.is_none(), "{folder}: {error:?} in {text}");
            }
        }
    }

    #[test]
    fn a_line_has_names_and_types() {
        let line = Line::read("event\tsqs\tqueue\t\tacme.Message\t{}").unwrap();
        assert_eq!((line.word, line.model), ("event", "{}"));
        assert_eq!(line.names().collect::<Vec<_>>(), ["sqs", "queue"]);
        assert_eq!(line.types().collect::<Vec<_>>(), ["acme.Message"]);
        let line = Line::read("entry\t{}").unwrap();
        assert_eq!((line.word, line.names().count(), line.types().count()), ("entry", 0, 0));
    }
}
