//! The named queries on Apache Spark, which `pyspark` of the Python registry carries, against the local engine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Bench,
    answers::Rows,
    services::{self, Place},
};
use crate::{Failure, workspace};

/// The release that is installed when there is none; about 500 MB.
const RELEASE: &str = "pyspark==4.3.0";
/// Two worker processes of one core and 1 GB each.
const MASTER: &str = "local-cluster[2,1,1024]";

pub(super) fn same_answers(bench: &Bench) -> Result<String, Failure> {
    let program = spark_sql()?;
    let text = program.to_str().ok_or("the folder of the build is not Unicode")?;
    let (mut queries, mut rows) = (0, 0);
    for name in names(bench.all_queries)? {
        let mut words = vec!["--name", name.as_str()];
        for (query, parameter) in PARAMETERS {
            if query == name {
                words.extend(["--param", parameter]);
            }
        }
        let expected = services::local(bench, &words)?;
        if expected.len() == 0 {
            return Err(format!("{name}: without rows, an answer shows nothing").into());
        }
        let spark = [&["--spark", MASTER, "--spark-sql", text], words.as_slice()].concat();
        let seen =
            services::local(bench, &spark).map_err(|failure| format!("{name}: {failure}"))?;
        seen.must_equal_in_order(&expected).map_err(|failure| format!("{name}: {failure}"))?;
        println!("        Spark answers `{name}` as the local engine does: {} rows", seen.len());
        queries += 1;
        rows += seen.len();
    }
    let events = table(bench, &program)?;
    Ok(format!(
        "{queries} queries on {MASTER} answer as the local engine does, {rows} rows in the same order; the table of `ddl` has the {events} events"
    ))
}

/// Makes the table that `ddl` prints, in a catalogue that ends with the process, and counts its rows.
fn table(bench: &Bench, program: &Path) -> Result<u64, Failure> {
    let place = Place::folder(bench);
    let printed = place.command(bench, &["ddl", "--engine", "spark"]).output()?;
    let script = bench.scratch.join("ddl.sql");
    let count = "SELECT SUM(1) AS events FROM events WHERE region LIKE '%-%'";
    fs::write(&script, [&printed.stdout, count.as_bytes(), b";\n"].concat())?;
    let memory = "spark.sql.catalogImplementation=in-memory";
    let output = Command::new(program)
        .args(["--master", "local[2]", "--conf", memory, "-f"])
        .arg(&script)
        .current_dir(&bench.scratch)
        .output()?;
    let said = String::from_utf8(output.stdout)?;
    let last = said.lines().last().unwrap_or_default().trim();
    let Ok(seen) = last.parse::<u64>() else {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the table of `ddl` answers `{said}`: {why}").into());
    };
    Rows::read(&format!("{{\"events\":{seen}}}"))?
        .must_equal(&services::local(bench, &[count])?)?;
    Ok(seen)
}

/// With these, each query has rows to answer with: the trail is of five days.
const PARAMETERS: [(&str, &str); 5] = [
    ("first-calls", "since=2026-11-03"),
    ("new-regions", "since=2026-11-03"),
    ("secrets-in-bulk", "least=2"),
    ("silent-roles", "since=2026-11-03"),
    ("unused-calls", "since=2026-11-03"),
];

/// Start-up alone takes Spark ten seconds and more, so these stand for the rest unless all are asked for.
const SOME: [&str; 2] = ["denied-calls", "deployments"];

/// The named queries.
fn names(all: bool) -> Result<Vec<String>, Failure> {
    if !all {
        return Ok(SOME.map(str::to_owned).to_vec());
    }
    let mut names = Vec::new();
    for file in fs::read_dir(workspace::root().join("crates/lake_query/queries"))? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// `spark-sql`: of `SPARK_HOME`, or of a virtual environment that is made once.
fn spark_sql() -> Result<PathBuf, Failure> {
    if let Some(home) = env::var_os("SPARK_HOME") {
        return Ok(Path::new(&home).join("bin/spark-sql"));
    }
    let folder = workspace::target_folder().join("spark");
    let done = folder.join("installed");
    if !done.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", RELEASE]))?;
        fs::write(done, RELEASE)?;
    }
    // The one in `bin` of the environment asks the `python3` of PATH where Spark is.
    for python in fs::read_dir(folder.join("lib"))? {
        let program = python?.path().join("site-packages/pyspark/bin/spark-sql");
        if program.is_file() {
            return Ok(program);
        }
    }
    Err(format!("there is no `spark-sql` in `{}`", folder.display()).into())
}

pub(super) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}").into()) }
}
