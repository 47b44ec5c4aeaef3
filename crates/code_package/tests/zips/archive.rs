//! A writer of archives in which every field of every header can lie.

use std::io::Write as _;

use code_package::{Audit, Kind, Limits, Package};
use flate2::{Compression, Crc, write::DeflateEncoder};

/// The fields that both headers of an entry have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc32: u32,
    pub(crate) packed: u32,
    pub(crate) size: u32,
    pub(crate) extra: Vec<u8>,
}

/// An entry: both headers, what stands between and after them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    pub(crate) local: Header,
    pub(crate) central: Header,
    pub(crate) data: Vec<u8>,
    pub(crate) descriptor: Vec<u8>,
    pub(crate) made_by: u16,
    pub(crate) attributes: u32,
    pub(crate) comment: Vec<u8>,
    /// Where the directory says that the local header is, when it is not there.
    pub(crate) offset: Option<u32>,
    /// The directory does not list it.
    pub(crate) unlisted: bool,
}

impl Item {
    /// An ordinary stored file.
    pub(crate) fn stored(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        Self::new(name.as_ref(), 0, data.as_ref(), data.as_ref().to_vec())
    }

    /// An ordinary deflated file.
    pub(crate) fn deflated(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        Self::new(name.as_ref(), 8, data.as_ref(), deflate(data.as_ref()))
    }

    fn new(name: &[u8], method: u16, plain: &[u8], data: Vec<u8>) -> Self {
        let header = Header {
            name: name.to_vec(),
            method,
            // Names are UTF-8, as they say.
            flags: if name.is_ascii() { 0 } else { 1 << 11 },
            crc32: crc32(plain),
            packed: data.len() as u32,
            size: plain.len() as u32,
            extra: Vec::new(),
        };
        let attributes = 0o100_644 << 16;
        Self {
            local: header.clone(),
            central: header,
            data,
            made_by: 3 << 8,
            attributes,
            ..Self::default()
        }
    }

    /// With a mode of Unix.
    pub(crate) fn mode(mut self, mode: u32) -> Self {
        self.attributes = mode << 16;
        self
    }

    /// With other headers: changed in both.
    pub(crate) fn both(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.local);
        change(&mut self.central);
        self
    }

    pub(crate) fn local(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.local);
        self
    }

    pub(crate) fn central(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.central);
        self
    }

    /// Streamed: a descriptor after the contents, zeros in the local header.
    pub(crate) fn streamed(mut self, signed: bool) -> Self {
        let header = &self.central;
        if signed {
            self.descriptor.extend(b"PK\x07\x08");
        }
        for number in [header.crc32, header.packed, header.size] {
            self.descriptor.extend(number.to_le_bytes());
        }
        self.both(|it| it.flags |= 8).local(|it| (it.crc32, it.packed, it.size) = (0, 0, 0))
    }

    /// The local header, contents and descriptor.
    pub(crate) fn local_bytes(&self) -> Vec<u8> {
        let it = &self.local;
        let mut bytes = b"PK\x03\x04\x14\0".to_vec();
        fields(it, &mut bytes);
        bytes.extend(&it.name);
        bytes.extend(&it.extra);
        bytes.extend(&self.data);
        bytes.extend(&self.descriptor);
        bytes
    }

    /// The header in the directory.
    pub(crate) fn central_bytes(&self, offset: usize) -> Vec<u8> {
        let it = &self.central;
        let mut bytes = b"PK\x01\x02".to_vec();
        bytes.extend((self.made_by | 0x14).to_le_bytes());
        bytes.extend(20_u16.to_le_bytes());
        fields(it, &mut bytes);
        bytes.extend((self.comment.len() as u16).to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(self.attributes.to_le_bytes());
        bytes.extend(self.offset.unwrap_or(offset as u32).to_le_bytes());
        bytes.extend(&it.name);
        bytes.extend(&it.extra);
        bytes.extend(&self.comment);
        bytes
    }
}

/// From the flags to the lengths of name and extra fields.
fn fields(it: &Header, bytes: &mut Vec<u8>) {
    bytes.extend(it.flags.to_le_bytes());
    bytes.extend(it.method.to_le_bytes());
    bytes.extend([0, 0, 0x21, 0x5a]);
    for number in [it.crc32, it.packed, it.size] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend((it.name.len() as u16).to_le_bytes());
    bytes.extend((it.extra.len() as u16).to_le_bytes());
}

pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An extra field.
pub(crate) fn extra(id: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_le_bytes().to_vec();
    bytes.extend((data.len() as u16).to_le_bytes());
    bytes.extend(data);
    bytes
}

/// The Unicode path of Info-ZIP.
pub(crate) fn unicode_path(version: u8, checked: &[u8], path: &str) -> Vec<u8> {
    let mut data = vec![version];
    data.extend(crc32(checked).to_le_bytes());
    data.extend(path.as_bytes());
    extra(0x7075, &data)
}

/// The end record: entries here and in all, size and place of the directory, comment.
#[derive(Clone, Debug, Default)]
pub(crate) struct End {
    pub(crate) here: u16,
    pub(crate) entries: u16,
    pub(crate) size: u32,
    pub(crate) at: u32,
    pub(crate) comment: Vec<u8>,
    /// The length that it claims, when it is another one.
    pub(crate) comment_length: Option<usize>,
}

impl End {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"PK\x05\x06\0\0\0\0".to_vec();
        bytes.extend(self.here.to_le_bytes());
        bytes.extend(self.entries.to_le_bytes());
        bytes.extend(self.size.to_le_bytes());
        bytes.extend(self.at.to_le_bytes());
        let length = self.comment_length.unwrap_or(self.comment.len());
        bytes.extend((length as u16).to_le_bytes());
        bytes.extend(&self.comment);
        bytes
    }
}

/// The end record of ZIP64 and its locator, the record standing at `own`.
pub(crate) fn zip64_end(entries: [u64; 2], size: u64, at: u64, own: usize) -> Vec<u8> {
    let mut bytes = b"PK\x06\x06".to_vec();
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [entries[0], entries[1], size, at] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend((own as u64).to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes
}

/// Entries, the directory and the end record that fits, which may be changed.
pub(crate) struct Parts {
    pub(crate) locals: Vec<u8>,
    pub(crate) directory: Vec<u8>,
    pub(crate) end: End,
}

impl Parts {
    /// Lays the entries out at `start`.
    pub(crate) fn at(start: usize, items: &[Item]) -> Self {
        let (mut locals, mut directory, mut listed) = (Vec::new(), Vec::new(), 0_u16);
        for item in items {
            if !item.unlisted {
                directory.extend(item.central_bytes(start + locals.len()));
                listed = listed.wrapping_add(1);
            }
            locals.extend(item.local_bytes());
        }
        let end = End {
            here: listed,
            entries: listed,
            size: directory.len() as u32,
            at: (start + locals.len()) as u32,
            ..End::default()
        };
        Self { locals, directory, end }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.locals.as_slice(), &self.directory, &self.end.bytes()].concat()
    }
}

/// An archive of these entries.
pub(crate) fn zip(items: &[Item]) -> Vec<u8> {
    Parts::at(0, items).bytes()
}

/// Kinds of the anomalies of an archive, each once, in the order of their names; also those of the
/// contents.
pub(crate) fn kinds(bytes: &[u8]) -> Vec<&'static str> {
    let counts = audited(bytes).anomalies.counts().clone();
    let mut kinds: Vec<_> = counts.into_keys().map(Kind::as_str).collect();
    kinds.sort_unstable();
    kinds
}

pub(crate) fn audited(bytes: &[u8]) -> Audit {
    let limits = Limits::default();
    let package = Package::read(bytes, &limits);
    code_package::audit(&package, &limits, &mut |_| {})
}

/// Names of all entries, in order.
pub(crate) fn names(bytes: &[u8]) -> Vec<String> {
    let package = Package::read(bytes, &Limits::default());
    package.entries().iter().map(|it| it.path().into_owned()).collect()
}
