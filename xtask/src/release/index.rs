//! What is said of the files of a release together: their digests, and the formula of Homebrew.

use std::{fmt::Write as _, fs, path::Path};

use sha2::{Digest as _, Sha256};

use crate::Failure;

pub(super) const SUMS: &str = "SHA256SUMS";
pub(super) const FORMULA: &str = "faasguard.rb";

/// SHA-256 in base 16.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // A String takes every write.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Names of the files in `folder` that a release consists of, sorted; attestations and sums are about them.
pub(super) fn artifacts(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = [".tar.gz", ".zip", ".cdx.json"].iter().any(|ending| name.ends_with(ending));
        if is_ours && name.starts_with("faasguard-") && entry.file_type()?.is_file() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The lines that `sha256sum --check` reads.
pub(super) fn sums(folder: &Path, names: &[String]) -> Result<String, Failure> {
    let mut text = String::new();
    for name in names {
        writeln!(text, "{}  {name}", sha256(&fs::read(folder.join(name))?))?;
    }
    Ok(text)
}

/// Refuses an address that would not stay one within quotes.
pub(super) fn check_base(base: &str) -> Result<(), Failure> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/@+%".contains(&b);
    if base.starts_with("https://") && base.bytes().all(is_plain) {
        return Ok(());
    }
    Err(format!("`{base}` is no plain address with `https://`").into())
}

/// One system and processor of Homebrew, and the triples that serve it, the best first.
const MACHINES: [(&str, &str, &[&str]); 4] = [
    ("macos", "arm", &["aarch64-apple-darwin"]),
    ("macos", "intel", &["x86_64-apple-darwin"]),
    ("linux", "arm", &["aarch64-unknown-linux-gnu", "aarch64-unknown-linux-musl"]),
    ("linux", "intel", &["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"]),
];

/// The formula for the archives in `folder`; nothing when there is none for a machine of Homebrew's.
pub(super) fn formula(folder: &Path, version: &str, base: &str) -> Result<Option<String>, Failure> {
    let base = base.trim_end_matches('/');
    let mut systems = String::new();
    for system in ["macos", "linux"] {
        let mut machines = String::new();
        for (_, machine, triples) in MACHINES.iter().filter(|(its, ..)| *its == system) {
            let names = triples.iter().map(|it| format!("faasguard-{version}-{it}.tar.gz"));
            let Some(name) = names.into_iter().find(|name| folder.join(name).is_file()) else {
                continue;
            };
            let sha256 = sha256(&fs::read(folder.join(&name))?);
            write!(
                machines,
                "    on_{machine} do\n      url \"{base}/{name}\"\n      sha256 \"{sha256}\"\n    end\n"
            )?;
        }
        if !machines.is_empty() {
            write!(systems, "\n  on_{system} do\n{machines}  end\n")?;
        }
    }
    if systems.is_empty() {
        return Ok(None);
    }
    let home = base.split_once("/releases/").map_or(base, |(home, _)| home);
    Ok(Some(format!(
        r##"# Written by `cargo xtask release`.
class Faasguard < Formula
  desc "Security for serverless applications: templates, code, roles, packages"
  homepage "{home}"
  version "{version}"
  license "Apache-2.0"
{systems}
  def install
    bin.install "faasguard"
    bin.install "faasguard-guard" if File.exist? "faasguard-guard"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/faasguard.bash" => "faasguard"
    zsh_completion.install "completions/_faasguard"
    fish_completion.install "completions/faasguard.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/faasguard --version")
  end
end
"##
    )))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{artifacts, check_base, formula, sha256, sums};

    #[test]
    fn sums_name_every_artifact_in_order_and_hold() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["faasguard-1-b.tar.gz", "faasguard-1-a.tar.gz", "notes.txt", "x.zip"] {
            fs::write(folder.path().join(name), b"abc").unwrap();
        }
        let names = artifacts(folder.path()).unwrap();
        assert_eq!(names, ["faasguard-1-a.tar.gz", "faasguard-1-b.tar.gz"]);
        // FIPS 180-2, appendix B.1.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let expected = format!("{known}  faasguard-1-a.tar.gz\n{known}  faasguard-1-b.tar.gz\n");
        assert_eq!(sums(folder.path(), &names).unwrap(), expected);
    }

    #[test]
    fn the_formula_names_the_archives_that_there_are_with_their_digests() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(formula(folder.path(), "1.2.3", "https://example.com").unwrap(), None);
        let name = "faasguard-1.2.3-aarch64-unknown-linux-gnu.tar.gz";
        fs::write(folder.path().join(name), b"abc").unwrap();
        let base = "https://example.com/o/r/releases/download/v1.2.3/";
        let text = formula(folder.path(), "1.2.3", base).unwrap().unwrap();
        assert!(text.contains("homepage \"https://example.com/o/r\"\n"), "{text}");
        assert!(text.contains(&format!("url \"{base}{name}\"")), "{text}");
        assert!(text.contains(&format!("sha256 \"{}\"", sha256(b"abc"))), "{text}");
        assert!(!text.contains("on_macos") && !text.contains("on_intel"), "{text}");
        assert!(text.contains("#{bin}/faasguard"), "{text}");
    }

    #[test]
    fn an_address_that_leaves_its_quotes_is_refused() {
        assert!(check_base("https://example.com/o/r/releases/download/v1").is_ok());
        for text in ["http://example.com", "https://a\"; system", "https://#{x}", "https://a b"] {
            assert!(check_base(text).is_err(), "{text}");
        }
    }
}
