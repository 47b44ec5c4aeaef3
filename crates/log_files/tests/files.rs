//! Logs in files: gzip, folders, torn and odd ones.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};
use log_files::{AnalyseRequest, Analysed, analyse};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn report(number: usize) -> String {
    format!(
        "REPORT RequestId: r-{number}\tDuration: {number}.00 ms\tBilled Duration: {number} ms\n"
    )
}

fn run(folder: &Path, workers: usize) -> Analysed {
    let request =
        AnalyseRequest { paths: vec![folder.to_path_buf()], workers, ..AnalyseRequest::default() };
    analyse(&request, &|_, _| {}).unwrap()
}

#[test]
fn every_file_is_read_alone_and_the_result_does_not_hang_on_their_number() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    for file in 0..40 {
        let text: String = (0..20).map(|it| report(file * 20 + it)).collect::<Vec<_>>().concat();
        write(&format!("f{file:02}.log.gz"), &gzip(&text));
    }
    write("empty.log", b"");
    write("picture.png", b"\0\0");
    write("odd.log", b"\0\x01\x02");
    let mut torn = gzip(&"x\n".repeat(100_000));
    torn.truncate(torn.len() / 2);
    write("torn.log.gz", &torn);

    let all = run(folder.path(), 1);
    assert_eq!(all.analysis, run(folder.path(), 4).analysis);
    assert_eq!((all.totals.files, all.others, all.totals.not_read()), (43, 1, 2));
    let remarks: Vec<&str> = all.totals.remarks.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(remarks.len(), 3, "{remarks:?}");
    assert!(!all.totals.is_complete());
    let invocations: u64 = all.analysis.functions.values().map(|it| it.invocations).sum();
    assert_eq!(invocations, 800);
    assert_eq!(all.analysis.functions.get("f07").unwrap().invocations, 20);
}
