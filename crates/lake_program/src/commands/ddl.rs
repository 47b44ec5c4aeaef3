//! `faasguard-lake ddl`: the table `events` for Athena, Trino and Spark, and lists of the committed files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::Write as _,
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use lake_store::{DataFile, Day, Lake, Partition, Snapshot};
use object_store::{ObjectStoreExt as _, path::Path};

use crate::external::{COLUMNS, Column};

/// What follows `ddl`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder or `s3://bucket/prefix` of the lake
    #[arg(long, value_name = "LAKE")]
    lake: String,
    /// Whose SQL
    #[arg(long, value_enum)]
    engine: Engine,
    /// Name of the table, with its database or schema if it is not the current one
    #[arg(long, value_name = "NAME", default_value = "events")]
    table: String,
    /// Write lists of the committed files into the lake and let the table read those files alone (Athena)
    #[arg(long)]
    manifests: bool,
    /// Let the table work out its partitions from the accounts, regions and days of the last commit, instead of
    /// looking for folders after each import (Athena)
    #[arg(long, conflicts_with = "manifests")]
    projection: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Athena,
    Trino,
    Spark,
}

/// Prints the statements that make the table.
///
/// # Errors
/// When the lake cannot be read, the table's name is none, or the lists cannot be written.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { engine, table, .. } = arguments;
    let table = Table::parse(table, *engine)?;
    if (arguments.manifests || arguments.projection) && *engine != Engine::Athena {
        bail!(
            "--manifests and --projection are for tables made in Athena; Trino reads those through the same catalogue"
        );
    }
    let lake = Lake::open(&arguments.lake)?;
    let root = lake.root_url();
    if root.contains(['\'', '\\', '\n']) {
        bail!(
            "the lake's address cannot stand in a statement; keep quotes and backslashes out of it"
        );
    }
    if *engine == Engine::Athena && !root.starts_with("s3://") {
        bail!(
            "Athena reads buckets alone, and this lake is a folder; name one as `s3://bucket/prefix`"
        );
    }
    let location = format!("{root}events/");
    let text = if arguments.manifests {
        let snapshot = lake.snapshot()?;
        let folder = write_manifests(&lake, &root, &snapshot)?;
        athena_manifests(&table, &format!("{root}{folder}/"))
    } else if arguments.projection {
        let known = Known::of(lake.snapshot()?.files().map(DataFile::partition));
        athena_projection(&table, &location, &known)?
    } else {
        match engine {
            Engine::Athena => athena(&table, &location),
            Engine::Trino => trino(&table, &location),
            Engine::Spark => spark(&table, &location),
        }
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The name of a table, in parts.
struct Table(Vec<String>);

impl Table {
    /// Reads `table`, `schema.table` or, where catalogues have names, `catalogue.schema.table`.
    ///
    /// # Errors
    /// When it is none, or has more parts than a name of the engine's.
    fn parse(text: &str, engine: Engine) -> anyhow::Result<Self> {
        let is_part = |part: &str| {
            part.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if text.len() > 300 || !text.split('.').all(is_part) {
            bail!(
                "`{}` is no name of a table; letters, digits, `_` and `.` only",
                crate::visible(text)
            );
        }
        let most = if engine == Engine::Athena { 2 } else { 3 };
        let count = text.split('.').count();
        if count > most {
            bail!("`{text}` has {count} parts, and a name of a table here has {most} at most");
        }
        // Athena and Trino keep names in lower case, whatever was written.
        let fold = |part: &str| match engine {
            Engine::Athena | Engine::Trino => part.to_ascii_lowercase(),
            Engine::Spark => part.to_owned(),
        };
        Ok(Self(text.split('.').map(fold).collect()))
    }

    /// The name in quotes: a word of the language or one that begins with `_` is none without.
    fn quoted(&self, quote: char) -> String {
        let parts: Vec<String> =
            self.0.iter().map(|part| format!("{quote}{part}{quote}")).collect();
        parts.join(".")
    }
}

/// What a folder may hold that is in no commit.
const CAUTION: &str = "\
-- This table reads the folders. Between `faasguard-lake compact` and the removal of what it replaced, rows are
-- there twice; run both without a pause, or use `ddl --engine athena --manifests`.
";

/// Columns as a list of `name type`, those of the partitions or the others.
fn list(partitions: bool, kind: impl Fn(&Column) -> &'static str) -> String {
    let columns = COLUMNS.iter().filter(|column| column.is_partition == partitions);
    let columns: Vec<String> =
        columns.map(|column| format!("`{}` {}", column.name, kind(column))).collect();
    columns.join(",\n  ")
}

/// The console and the API of Athena refuse a text of two statements.
const ONE_BY_ONE: &str = "-- Athena takes one statement at a time: run each by itself.\n";

fn athena(table: &Table, location: &str) -> String {
    let table = table.quoted('`');
    format!(
        "{CAUTION}{ONE_BY_ONE}CREATE EXTERNAL TABLE {table} (
  {}
)
PARTITIONED BY (
  {}
)
STORED AS PARQUET
LOCATION '{location}';

-- Again after each import: folders of new days.
MSCK REPAIR TABLE {table};
",
        list(false, |column| column.hive),
        list(true, |column| column.hive),
    )
}

/// What the partitions of a lake are named after.
#[derive(Default)]
struct Known {
    accounts: BTreeSet<String>,
    regions: BTreeSet<String>,
    first_day: Option<Day>,
}

impl Known {
    fn of(partitions: impl Iterator<Item = Partition>) -> Self {
        let mut known = Self::default();
        for Partition { account, region, day } in partitions {
            known.accounts.extend(account);
            known.regions.extend(region);
            let earlier = |first: Day| day.map_or(first, |day| first.min(day));
            known.first_day = known.first_day.map(earlier).or(day);
        }
        known
    }
}

/// A table whose partitions are worked out: no list of them is kept, and none must be brought up to date.
///
/// # Errors
/// When the lake has no event whose account, region and day are known.
fn athena_projection(table: &Table, location: &str, known: &Known) -> anyhow::Result<String> {
    let words = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(",");
    let (accounts, regions) = (words(&known.accounts), words(&known.regions));
    let day = known.first_day.filter(|_| !accounts.is_empty() && !regions.is_empty());
    let day = day.context("no event of the lake has an account, a region and a day yet")?;
    Ok(format!(
        "{CAUTION}-- Accounts and regions are those of the last commit: when others come, drop the table and make it again, which
-- touches no data. Events without an account, a region or a day are in no partition of this table. A query that
-- names no days looks for a folder for each account, region and day.
{ONE_BY_ONE}CREATE EXTERNAL TABLE {} (
  {}
)
PARTITIONED BY (
  {}
)
STORED AS PARQUET
LOCATION '{location}'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.account.type' = 'enum',
  'projection.account.values' = '{accounts}',
  'projection.region.type' = 'enum',
  'projection.region.values' = '{regions}',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '{day},NOW+2DAYS',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS'
);
",
        table.quoted('`'),
        list(false, |column| column.hive),
        list(true, |column| column.hive),
    ))
}

fn athena_manifests(table: &Table, location: &str) -> String {
    let table = table.quoted('`');
    format!(
        "-- This table reads the files of one commit. After an import or compaction run `ddl --manifests` again, drop
-- the table and make it again: that touches no data.
{ONE_BY_ONE}DROP TABLE IF EXISTS {table};
CREATE EXTERNAL TABLE {table} (
  {}
)
PARTITIONED BY (
  {}
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION '{location}';
MSCK REPAIR TABLE {table};
",
        list(false, |column| column.hive),
        list(true, |column| column.hive),
    )
}

fn trino(table: &Table, location: &str) -> String {
    let columns = |partitions| list(partitions, |column| column.trino).replace('`', "\"");
    let mut parts = table.0.iter().rev();
    let name = parts.next().map_or("events", String::as_str);
    let schema = parts.next().map_or("default", String::as_str);
    // Procedures are a catalogue's own.
    let catalogue = parts.next().map(|part| format!("\"{part}\".")).unwrap_or_default();
    let guess = if table.0.len() == 1 {
        "-- `default` stands for the current schema: write its name, or give --table SCHEMA.TABLE.\n"
    } else {
        ""
    };
    let folder = if location.starts_with("s3://") {
        ""
    } else {
        "-- Trino reads folders of its machines only where its catalogue is set up for it.\n"
    };
    format!(
        "{CAUTION}{folder}CREATE TABLE {} (
  {},
  {}
)
WITH (
  external_location = '{location}',
  format = 'PARQUET',
  partitioned_by = ARRAY['account', 'region', 'day']
);

-- Again after each import: folders of new days.
{guess}CALL {catalogue}system.sync_partition_metadata('{schema}', '{name}', 'FULL');
",
        table.quoted('"'),
        columns(false),
        columns(true),
    )
}

fn spark(table: &Table, location: &str) -> String {
    let location = location
        .strip_prefix("s3://")
        .map_or_else(|| location.to_owned(), |bucket| format!("s3a://{bucket}"));
    let table = table.quoted('`');
    format!(
        "{CAUTION}-- `faasguard-lake query --spark MASTER` needs no table: it reads the files of the last commit.
CREATE TABLE {table} (
  {},
  {}
)
USING parquet
PARTITIONED BY (account, region, day)
LOCATION '{location}';

-- Again after each import: folders of new days.
MSCK REPAIR TABLE {table};
",
        list(false, |column| column.hive),
        list(true, |column| column.hive),
    )
}

/// Where the lists of one commit stand, below the lake.
fn manifest_folder(commit: u64) -> String {
    format!("_faasguard/manifests/{commit}")
}

/// The lists of committed files: for each folder of data the text of one list, by its path below the lake.
fn manifests<'f>(
    root: &str,
    commit: u64,
    files: impl Iterator<Item = &'f DataFile>,
) -> BTreeMap<String, String> {
    let mut lists: BTreeMap<String, String> = BTreeMap::new();
    for DataFile { path, .. } in files {
        let Some((folder, _)) = path.rsplit_once('/') else { continue };
        let partition = folder.strip_prefix("events/").unwrap_or(folder);
        let list = lists.entry(format!("{}/{partition}/manifest", manifest_folder(commit)));
        // Writing to a String does not fail.
        let _ = writeln!(list.or_default(), "{root}{path}");
    }
    lists
}

fn write_manifests(lake: &Lake, root: &str, snapshot: &Snapshot) -> anyhow::Result<String> {
    let commit = snapshot.state.number;
    let (base, store) = lake.object_store()?;
    // Paths of the store are below the bucket, or the root of this machine's files.
    let below = root.strip_prefix(base.trim_end_matches('/')).unwrap_or(root).trim_matches('/');
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (path, text) in manifests(root, commit, snapshot.files()) {
        let path = Path::from_url_path(format!("{below}/{path}"))?;
        runtime
            .block_on(store.put(&path, text.into()))
            .with_context(|| format!("cannot write `{path}`"))?;
    }
    Ok(manifest_folder(commit))
}

#[cfg(test)]
mod tests {
    use lake_store::{Day, Partition};

    use super::{Engine, Known, Table, athena, athena_manifests, athena_projection, spark, trino};

    fn table(name: &str, engine: Engine) -> Table {
        Table::parse(name, engine).unwrap()
    }

    #[test]
    fn tables_have_the_columns_once_and_the_partitions_apart() {
        let text = athena(&table("Events", Engine::Athena), "s3://bucket/lake/events/");
        let (columns, partitions) = text.split_once("PARTITIONED BY").unwrap();
        assert!(columns.contains("CREATE EXTERNAL TABLE `events` ("));
        assert!(columns.contains("`resource_arns` ARRAY<STRING>") && !columns.contains("`day`"));
        assert!(partitions.contains("`account` STRING,\n  `region` STRING,\n  `day` STRING"));
        assert!(text.contains("LOCATION 's3://bucket/lake/events/';"));
    }

    #[test]
    fn partitions_that_are_worked_out_are_those_of_the_lake() {
        let day = |text| Day::parse(text);
        let known = Known::of(
            [
                Partition::new(Some("222233334444"), Some("us-east-1"), day("2026-02-01")),
                Partition::new(Some("111122223333"), None, day("2026-01-31")),
                Partition::new(None, Some("eu-west-1"), None),
            ]
            .into_iter(),
        );
        let events = table("events", Engine::Athena);
        let text = athena_projection(&events, "s3://bucket/events/", &known).unwrap();
        assert!(text.contains("'projection.account.values' = '111122223333,222233334444'"));
        assert!(text.contains("'projection.region.values' = 'eu-west-1,us-east-1'"));
        assert!(text.contains("'projection.day.range' = '2026-01-31,NOW+2DAYS'"));
        assert!(athena_projection(&events, "s3://bucket/events/", &Known::default()).is_err());
    }

    #[test]
    fn trino_quotes_names_its_own_way_and_knows_catalogue_and_schema() {
        let text = trino(&table("hive.Audit.events", Engine::Trino), "s3://bucket/lake/events/");
        assert!(text.contains("CREATE TABLE \"hive\".\"audit\".\"events\" ("), "{text}");
        assert!(
            text.contains("\"time\" TIMESTAMP")
                && text.contains("\"resource_arns\" ARRAY(VARCHAR)")
        );
        let call = "CALL \"hive\".system.sync_partition_metadata('audit', 'events', 'FULL');";
        assert!(text.contains(call), "{text}");
        assert!(!text.contains("current schema") && !text.contains("folders of its machines"));
        let text = trino(&table("events", Engine::Trino), "file:///lake/events/");
        assert!(text.contains("current schema") && text.contains("folders of its machines"));
        assert!(text.contains("\nCALL system.sync_partition_metadata('default', 'events'"));
    }

    #[test]
    fn spark_reads_buckets_through_s3a() {
        let text = spark(&table("events", Engine::Spark), "s3://bucket/events/");
        assert!(text.contains("LOCATION 's3a://bucket/events/'"));
    }

    #[test]
    fn a_table_of_lists_reads_what_they_name() {
        let place = "s3://bucket/lake/_faasguard/manifests/7/";
        let text = athena_manifests(&table("events", Engine::Athena), place);
        assert!(text.contains("SymlinkTextInputFormat") && text.contains(place));
    }

    #[test]
    fn a_name_of_a_table_is_no_statement() {
        assert_eq!(table("audit._Order", Engine::Spark).quoted('`'), "`audit`.`_Order`");
        for hostile in ["", "a b", "a;b", "a--", "1a", "a..b", "a.b.c.d", "a`b", "a\"b"] {
            assert!(Table::parse(hostile, Engine::Trino).is_err(), "{hostile:?}");
        }
        assert!(Table::parse("a.b.c", Engine::Athena).is_err());
    }
}
