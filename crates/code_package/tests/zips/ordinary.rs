//! Archives that ordinary tools wrote: nothing is odd about them.
//!
//! `ordinary/` holds small ones of Python's `zipfile` (to a file, to a stream, ZIP64), `shutil`, Info-ZIP (to a
//! file, to a pipe), archiver (with and without ZIP64), yazl, `jszip`, adm-zip, Java's `jar`, git and the packager of the SAM CLI.

use crate::archive::audited;

#[test]
fn archives_of_ordinary_tools_have_no_anomaly() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/zips/ordinary");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let audit = audited(&std::fs::read(&path).unwrap());
        assert_eq!(audit.anomalies.kept(), [], "{}", path.display());
        assert_eq!(audit.not_looked_at, [], "{}", path.display());
        count += 1;
    }
    assert_eq!(count, 15);
}
