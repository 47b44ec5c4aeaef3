//! Writes a snapshot.

use std::{io, path::Path};

use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

use crate::snapshot::{Account, Code, NotLookedAt, SCHEMA, Snapshot, Tool};

/// How the file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// JSON as it is.
    Plain,
    /// A frame of zstd.
    Zstd,
}

impl Packing {
    /// What the name of a file asks for: zstd when it ends in `.zst`.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let ending = Path::new(name).extension();
        if ending.is_some_and(|it| it.eq_ignore_ascii_case("zst")) {
            Self::Zstd
        } else {
            Self::Plain
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: &'a Tool,
    taken: &'a str,
    finished: Option<&'a str>,
    accounts: &'a [Account],
    not_looked_at: &'a [NotLookedAt],
    code: &'a [Code],
}

impl Snapshot {
    /// Puts everything in the order of the file, so that two snapshots of the same estate are alike.
    pub fn sort(&mut self) {
        self.accounts.sort_by(|left, right| left.account.cmp(&right.account));
        for account in &mut self.accounts {
            account.answers.sort_by(|left, right| left.key().cmp(&right.key()));
        }
        self.not_looked_at.sort();
        self.code.sort();
    }
}

/// Lists in lists whose items stand on lines of their own: accounts, answers, what an answer lists.
const LINED: usize = 3;

/// JSON without blanks, whose answers stand on lines of their own, so that a finding can say where.
#[derive(Default)]
struct Lined {
    depth: usize,
}

impl Formatter for Lined {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        writer.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= LINED { writer.write_all(b"\n") } else { Ok(()) }
    }
}

/// The snapshot as JSON, each answer and each thing that it lists on a line of its own.
///
/// # Errors
/// None that is known: every part can be written as JSON.
pub fn to_bytes(snapshot: &Snapshot) -> serde_json::Result<Vec<u8>> {
    let document = Document {
        schema: SCHEMA,
        tool: &snapshot.tool,
        taken: &snapshot.taken,
        finished: snapshot.finished.as_deref(),
        accounts: &snapshot.accounts,
        not_looked_at: &snapshot.not_looked_at,
        code: &snapshot.code,
    };
    let mut bytes = Vec::new();
    document.serialize(&mut Serializer::with_formatter(&mut bytes, Lined::default()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The bytes as they stand in the file.
#[must_use]
pub fn pack(bytes: Vec<u8>, packing: Packing) -> Vec<u8> {
    match packing {
        Packing::Plain => bytes,
        Packing::Zstd => compress_to_vec(bytes.as_slice(), CompressionLevel::Fastest),
    }
}
