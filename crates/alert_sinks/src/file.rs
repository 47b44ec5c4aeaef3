//! A file of lines: appended whole, and made good after a kill.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use alert_form::AsffError;

use crate::{queue::Waiting, sink::Fate};

/// Bytes at the end of a file in which lines are looked for that were written but not noted: more than
/// one batch.
const TAIL: u64 = 64 << 20;

type Line<'l> = &'l dyn Fn(&Waiting) -> Result<String, AsffError>;

/// Appends a line for each, and tells that they are on the disk.
pub(crate) fn append(
    path: &Path,
    batch: &[Waiting],
    line: impl Fn(&Waiting) -> Result<String, AsffError>,
) -> Vec<Fate> {
    let mut text = String::new();
    let mut fates: Vec<Fate> = Vec::with_capacity(batch.len());
    for waiting in batch {
        match line(waiting) {
            Ok(line) => {
                text.push_str(&line);
                text.push('\n');
                fates.push(Fate::Sent);
            }
            Err(error) => fates.push(Fate::Refused { reason: error.to_string() }),
        }
    }
    if let Err(error) = write(path, &text) {
        let again = Fate::again(format!("cannot be written: {error}"));
        fates.iter_mut().filter(|it| **it == Fate::Sent).for_each(|it| *it = again.clone());
    }
    fates
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let before = file.metadata()?.len();
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
    if written.is_err() {
        // A full disk: what was written of it is taken back, so that no half line stays.
        let _ = file.set_len(before);
    }
    written
}

/// Takes back a torn last line that one of these would have been, and gives those that are in the file.
pub(crate) fn recover(
    path: &Path,
    waiting: &[Waiting],
    line: impl Fn(&Waiting) -> Result<String, AsffError>,
) -> io::Result<Vec<u64>> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Ok(Vec::new());
    }
    recover_in(&mut file, waiting, &line)
}

fn recover_in(file: &mut File, waiting: &[Waiting], line: Line<'_>) -> io::Result<Vec<u64>> {
    let size = file.metadata()?.len();
    let from = size.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    io::Read::by_ref(file).take(TAIL).read_to_end(&mut tail)?;
    let end = tail.iter().rposition(|it| *it == b'\n').map_or(0, |at| at + 1);
    let (whole, torn) = tail.split_at_checked(end).unwrap_or((&tail, &[]));
    let lines: HashSet<&[u8]> = whole.split(|it| *it == b'\n').collect();
    let mut arrived = Vec::new();
    let mut is_ours = false;
    for it in waiting {
        let Ok(line) = line(it) else { continue };
        is_ours |= !torn.is_empty() && line.as_bytes().starts_with(torn);
        if lines.contains(line.as_bytes()) {
            arrived.push(it.id);
        }
    }
    if is_ours {
        file.set_len(from + end as u64)?;
    } else if !torn.is_empty() {
        // Somebody else's last line: ours begins behind it.
        file.seek(SeekFrom::End(0))?;
        file.write_all(b"\n")?;
    }
    Ok(arrived)
}
