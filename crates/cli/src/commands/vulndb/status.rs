//! `faasguard vulndb status`

use std::{path::PathBuf, process::ExitCode};

use advisory_files::Mapped;
use clap::Args;
use jiff::Timestamp;
use vulnerability::{Unusable, usable};

use super::{Form, as_json, describe};
use crate::output;

/// Exit code when the index is there and must not be trusted.
const NOT_USABLE: u8 = 1;

/// `vulndb status`
#[derive(Args, Debug)]
pub(crate) struct StatusOptions {
    /// The index
    #[arg(long, value_name = "FILE")]
    pub(crate) db: PathBuf,
    /// Exit with 1 when the index is older
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_age: Option<u32>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: Form,
}

/// Runs the command.
pub(crate) fn run(options: &StatusOptions) -> anyhow::Result<ExitCode> {
    if !options.db.exists() {
        anyhow::bail!(
            "there is no index `{}`; `faasguard vulndb update` fetches one, `vulndb import` makes one",
            options.db.display()
        );
    }
    let mapped = Mapped::open(&options.db)?;
    let now = Timestamp::now().as_second();
    let index = mapped.index()?;
    index.verify()?;
    let about = index.about()?;
    output::print(&match options.format {
        Form::Terminal => describe(&options.db, &about, now),
        Form::Json => format!("{:#}", as_json(&options.db, &about, now)),
    })?;
    match usable(Some(mapped.bytes()), now, options.max_age) {
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(Unusable::Unreadable(error)) => Err(error.into()),
        Err(why) => {
            eprintln!("{why}");
            Ok(ExitCode::from(NOT_USABLE))
        }
    }
}
