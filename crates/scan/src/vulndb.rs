//! The index of advisories of a run.

use advisory_files::{FilesError, Mapped};
use advisory_index::{Index, IndexError};
use vulnerability::{Unusable, usable};

use crate::{ScanError, Vulndb};

/// Maps the index.
pub(crate) fn open(vulndb: &Vulndb) -> Result<Mapped, ScanError> {
    // Opening a pipe waits for its other end.
    if vulndb.path.metadata().is_ok_and(|it| !it.is_file()) {
        return Err(failed(vulndb, Unusable::Missing));
    }
    Mapped::open(&vulndb.path).map_err(|error| match error {
        FilesError::Read { path, source } if source.kind() != std::io::ErrorKind::NotFound => {
            ScanError::Unreadable { path, source }
        }
        _ => failed(vulndb, Unusable::Missing),
    })
}

/// The index in it, when it may be trusted to say "nothing known".
pub(crate) fn index<'m>(mapped: &'m Mapped, vulndb: &Vulndb) -> Result<Index<'m>, ScanError> {
    usable(Some(mapped.bytes()), vulndb.now, vulndb.max_age_days).map_err(|why| failed(vulndb, why))
}

/// What every result says of it.
pub(crate) fn about(index: &Index<'_>, vulndb: &Vulndb) -> Result<report::Vulndb, ScanError> {
    let about = index.about().map_err(|error: IndexError| failed(vulndb, error.into()))?;
    let date = jiff::Timestamp::from_second(about.date).unwrap_or_default();
    Ok(report::Vulndb {
        date: date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        sha256: about.sha256,
        advisories: about.advisories,
    })
}

/// The error of a run whose index cannot answer.
pub(crate) fn failed(vulndb: &Vulndb, why: Unusable) -> ScanError {
    ScanError::Vulndb { path: vulndb.path.clone(), why }
}
