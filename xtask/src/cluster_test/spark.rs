//! The named queries on Apache Spark, which `pyspark` of the Python registry carries, against the local engine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Bench, services};
use crate::{Failure, workspace};

/// The release that is installed when there is none; about 500 MB.
const RELEASE: &str = "pyspark==4.3.0";
/// Two worker processes of one core and 1 GB each.
const MASTER: &str = "local-cluster[2,1,1024]";

pub(super) fn same_answers(bench: &Bench) -> Result<String, Failure> {
    let program = spark_sql()?;
    let program = program.to_str().ok_or("the folder of the build is not Unicode")?;
    let (mut queries, mut rows) = (0, 0);
    for name in names(bench.all_queries)? {
        let words = ["--name", name.as_str()];
        let expected = services::local(bench, &words)?;
        let spark = [&["--spark", MASTER, "--spark-sql", program], words.as_slice()].concat();
        let seen =
            services::local(bench, &spark).map_err(|failure| format!("{name}: {failure}"))?;
        seen.must_equal(&expected).map_err(|failure| format!("{name}: {failure}"))?;
        println!("        Spark answers `{name}` as the local engine does: {} rows", seen.len());
        queries += 1;
        rows += seen.len();
    }
    Ok(format!("{queries} queries on {MASTER} answer as the local engine does, {rows} rows"))
}

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
