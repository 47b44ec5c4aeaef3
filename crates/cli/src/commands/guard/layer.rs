//! `faasguard guard layer`

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use guard_settings::Settings;
use object::{
    Architecture, Object as _, ObjectKind,
    read::elf::{ElfFile64, FileHeader as _, SectionHeader as _},
};
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::companion;
use crate::output;

/// The guard in the layer, below `/opt`.
const PROGRAM: &str = "faasguard/faasguard-guard";
/// Largest program that is put into a layer, in bytes; the whole layer may have 250 MiB.
const LARGEST_PROGRAM: u64 = 64 << 20;

/// What `AWS_LAMBDA_EXEC_WRAPPER` names.
const WRAPPER: &str = include_str!("../../../../guard/layer/faasguard-wrap");
/// For runtimes that a function brings along, which know no wrapper.
const BOOTSTRAP: &str = include_str!("../../../../guard/layer/bootstrap");
/// Lambda starts every program in `/opt/extensions`.
const EXTENSION: &str = include_str!("../../../../guard/layer/extension");

/// `guard layer`
#[derive(Args, Debug)]
pub(crate) struct LayerOptions {
    /// The layer to write
    #[arg(short, long, value_name = "ZIP", default_value = "faasguard-layer.zip")]
    pub(crate) output: PathBuf,
    /// Settings file of the function, as `guard settings` writes it; without it the guard's defaults
    /// hold, or `faasguard.json` beside the function's code
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// The guard, built for Lambda; by default the one beside this program or on the PATH
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// Operating system of the runtime, which the guard must start on
    #[arg(long, value_enum, default_value = "al2023")]
    pub(crate) os: System,
    /// Also start the guard as an extension: metrics of the platform, secrets before the runtime
    #[arg(long)]
    pub(crate) extension: bool,
    /// Also bring a `bootstrap` for `provided.*` runtimes, which know no wrapper
    #[arg(long)]
    pub(crate) bootstrap: bool,
}

/// Operating systems of Lambda's runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum System {
    /// Amazon Linux 2: `provided.al2`, Python up to 3.11, Node.js up to 18
    Al2,
    /// Amazon Linux 2023
    Al2023,
}

impl System {
    /// The C library that it has.
    fn glibc(self) -> (u32, u32) {
        match self {
            Self::Al2 => (2, 26),
            Self::Al2023 => (2, 34),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Al2 => "Amazon Linux 2",
            Self::Al2023 => "Amazon Linux 2023",
        }
    }
}

/// What a program asks of the machine that it runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Needs {
    /// As Lambda names it: `x86_64`, `arm64`.
    architecture: &'static str,
    /// Least version of the C library; none when it brings its own.
    glibc: Option<(u32, u32)>,
}

/// Runs the command.
pub(crate) fn run(options: &LayerOptions) -> anyhow::Result<ExitCode> {
    let path = options.program.clone().or_else(companion::find);
    let Some(path) = path else {
        bail!("no `faasguard-guard` was found; name one with --program");
    };
    let program = read_program(&path)?;
    let needs = needs(&program).with_context(|| format!("`{}`", path.display()))?;
    if let Some(least) = needs.glibc
        && least > options.os.glibc()
    {
        let (system, (major, minor)) = (options.os.words(), options.os.glibc());
        bail!(
            "`{}` needs glibc {}.{}, but {system} has {major}.{minor}; build it with \
             `cargo zigbuild --release -p guard --target {}-unknown-linux-gnu.{major}.{minor}`",
            path.display(),
            least.0,
            least.1,
            if needs.architecture == "arm64" { "aarch64" } else { "x86_64" },
        );
    }
    let mut files: BTreeMap<&str, (Vec<u8>, u32)> = BTreeMap::new();
    files.insert(PROGRAM, (program, 0o755));
    files.insert("faasguard/faasguard-wrap", (WRAPPER.into(), 0o755));
    if options.extension {
        files.insert("extensions/faasguard-guard", (EXTENSION.into(), 0o755));
    }
    if options.bootstrap {
        files.insert("bootstrap", (BOOTSTRAP.into(), 0o755));
    }
    if let Some(path) = &options.settings {
        let text = fs::read_to_string(path).with_context(|| {
            format!("cannot read `{}`; `faasguard guard settings` writes one", path.display())
        })?;
        // A file that the guard would refuse at start is refused here.
        Settings::parse(&text).with_context(|| format!("`{}`", path.display()))?;
        files.insert("faasguard/settings.json", (text.into(), 0o644));
    }
    let layer = pack(&files)?;
    fs::write(&options.output, &layer)
        .with_context(|| format!("cannot write `{}`", options.output.display()))?;
    output::print(&summary(&options.output, &layer, &files, needs))?;
    Ok(ExitCode::SUCCESS)
}

fn read_program(path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    let length = fs::metadata(path).with_context(|| format!("cannot read `{shown}`"))?.len();
    if length > LARGEST_PROGRAM {
        bail!(
            "`{shown}` has {length} bytes, more than the {LARGEST_PROGRAM} that are put into a layer"
        );
    }
    fs::read(path).with_context(|| format!("cannot read `{shown}`"))
}

/// Reads architecture and C library out of a program of Linux.
fn needs(program: &[u8]) -> anyhow::Result<Needs> {
    let file: ElfFile64<'_> =
        ElfFile64::parse(program).context("is no 64-bit program of Linux (ELF)")?;
    if !matches!(file.kind(), ObjectKind::Executable | ObjectKind::Dynamic) {
        bail!("is an ELF file, but no program");
    }
    let architecture = match file.architecture() {
        Architecture::X86_64 => "x86_64",
        Architecture::Aarch64 => "arm64",
        other => bail!("is built for {other:?}; Lambda has x86_64 and arm64"),
    };
    Ok(Needs { architecture, glibc: glibc(&file)? })
}

/// The highest version of glibc among the symbols that a program asks for.
fn glibc(file: &ElfFile64<'_>) -> anyhow::Result<Option<(u32, u32)>> {
    let (endian, data) = (file.endian(), file.data());
    let sections = file.elf_header().sections(endian, data)?;
    let mut highest = None;
    for section in sections.iter() {
        let Some((mut needed, link)) = section.gnu_verneed(endian, data)? else { continue };
        let strings = sections.strings(endian, data, link)?;
        while let Some((_, mut versions)) = needed.next()? {
            while let Some(version) = versions.next()? {
                let name = version.name(endian, strings)?;
                highest = highest.max(glibc_version(name));
            }
        }
    }
    Ok(highest)
}

/// `GLIBC_2.34` as numbers; nothing for names of other libraries.
fn glibc_version(name: &[u8]) -> Option<(u32, u32)> {
    let version = std::str::from_utf8(name).ok()?.strip_prefix("GLIBC_")?;
    let mut numbers = version.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// The same bytes for the same files, on every machine and day.
fn pack(files: &BTreeMap<&str, (Vec<u8>, u32)>) -> anyhow::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, (bytes, mode)) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::default())
            .unix_permissions(*mode);
        archive.start_file(*name, options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn summary(
    path: &Path,
    layer: &[u8],
    files: &BTreeMap<&str, (Vec<u8>, u32)>,
    needs: Needs,
) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::digest(layer);
    let mut text = format!("{}: {} bytes, sha256 ", path.display(), layer.len());
    for byte in digest {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    for (name, (bytes, _)) in files {
        let _ = writeln!(text, "  /opt/{name}  {} bytes", bytes.len());
    }
    let library = needs.glibc.map_or_else(
        || "brings its own C library".to_owned(),
        |(major, minor)| format!("needs glibc {major}.{minor}"),
    );
    let _ = writeln!(text, "built for {}, {library}", needs.architecture);
    let _ = writeln!(
        text,
        "publish it: aws lambda publish-layer-version --layer-name faasguard --zip-file fileb://{} \
         --compatible-architectures {}",
        path.display(),
        needs.architecture,
    );
    let _ = writeln!(
        text,
        "and set AWS_LAMBDA_EXEC_WRAPPER=/opt/faasguard/faasguard-wrap on the function"
    );
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{glibc_version, needs, pack};

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let files = BTreeMap::from([("b", (vec![1; 999], 0o644)), ("a", (vec![2; 99], 0o755))]);
        assert_eq!(pack(&files).unwrap(), pack(&files).unwrap());
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(glibc_version(b"GLIBC_2.9") < glibc_version(b"GLIBC_2.34"));
        assert_eq!(glibc_version(b"GLIBC_PRIVATE"), None);
        assert_eq!(glibc_version(b"GCC_3.0"), None);
    }

    #[test]
    fn this_program_says_what_it_needs() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let needs = needs(&program).unwrap();
        assert!(["x86_64", "arm64"].contains(&needs.architecture));
        assert!(needs.glibc.is_none_or(|version| version >= (2, 2)));
    }

    #[test]
    fn what_is_no_program_is_told() {
        assert!(needs(b"#!/bin/sh\n").is_err());
    }
}
