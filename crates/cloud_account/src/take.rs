//! A snapshot: which accounts and regions, each walked through, put into one file.

use std::{path::PathBuf, sync::Mutex};

use serde_json::{Map, Value, json};
use snapshot_file::{NotLookedAt, PartRecord, Snapshot};

use crate::{
    client::Client,
    identity::{self, Identity},
    journal::{Journal, JournalError},
    login::Login,
    now,
    reply::Fault,
    table::{Table, TableError},
    walk::{Counts, Walk, WalkOptions, lock},
};

/// Which regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Regions {
    /// These.
    Named(Vec<String>),
    /// Every region that the account has enabled.
    All,
}

/// Every account of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The role that is assumed in each but our own.
    pub role_name: String,
    /// What the role asks for.
    pub external_id: Option<String>,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct TakeOptions {
    /// The file.
    pub target: PathBuf,
    /// Where.
    pub regions: Regions,
    /// All accounts; our own alone when none.
    pub organization: Option<Organization>,
    /// How.
    pub walk: WalkOptions,
    /// Begin anew, whatever stands in the part file.
    pub restart: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Taken {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Bytes of the file.
    pub bytes: u64,
    /// What was done.
    pub counts: Counts,
    /// Records of an earlier run that were there at the start.
    pub before: usize,
}

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// Nobody can be asked: no credentials, or none that are valid.
    #[error("the account cannot be asked: {0}")]
    Login(Fault),
    /// The organisation does not tell its accounts.
    #[error("the accounts of the organisation cannot be listed: {0}")]
    Organization(Fault),
    /// The part file or the snapshot.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The built-in table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Takes a snapshot.
///
/// # Errors
/// [`TakeError`] when nothing can be asked or written. What is denied is no error: it stands in the snapshot.
pub fn take(
    login: &Login,
    options: &TakeOptions,
    progress: &dyn Fn(&str, &Counts),
) -> Result<Taken, TakeError> {
    let table = Table::built_in()?;
    let first = match &options.regions {
        Regions::Named(list) => list.first().cloned(),
        Regions::All => login.region(),
    };
    let own = identity::of(login, first.as_deref()).map_err(TakeError::Login)?;
    let accounts = accounts(login, &own, options.organization.as_ref());
    let accounts = accounts.map_err(TakeError::Organization)?;
    let journal =
        Journal::open(&options.target, &words_of(options, &own), &now(), options.restart)?;
    let before = journal.before;
    let journal = Mutex::new(journal);
    let counts = Counts::default();
    for account in &accounts {
        let (login, denied) = match &options.organization {
            Some(organization) if *account != own.account => {
                assumed(login, &own, account, organization)
            }
            _ => (login.clone(), None),
        };
        begin(&journal, &own, account, denied.is_none().then_some(&login))?;
        if let Some(fault) = denied {
            lock(&journal).write(&PartRecord::NotLookedAt(not_entered(account, &fault)))?;
            counts.gaps.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            continue;
        }
        let client = Client::new(&login, &own.partition);
        let regions = match &options.regions {
            Regions::Named(list) => list.clone(),
            Regions::All => regions_of(&journal, &client, account, &own.partition)?,
        };
        let walk = Walk {
            table: &table,
            client: &client,
            account,
            options: &options.walk,
            journal: &journal,
            counts: &counts,
        };
        walk.run(&regions, &|counts| progress(account, counts))?;
    }
    let journal = journal.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (snapshot, bytes) = journal.finish(&now())?;
    Ok(Taken { snapshot, bytes, counts, before })
}

/// The accounts that are asked: our own, or every one of the organisation, our own first.
///
/// # Errors
/// [`Fault`] when the organisation does not tell them.
pub fn accounts(
    login: &Login,
    own: &Identity,
    organization: Option<&Organization>,
) -> Result<Vec<String>, Fault> {
    match organization {
        None => Ok(vec![own.account.clone()]),
        Some(_) => identity::organization(login, own),
    }
}

/// The login of one of them: ours, or that of the role there.
///
/// # Errors
/// [`Fault`] when the role cannot be assumed.
pub fn enter(
    login: &Login,
    own: &Identity,
    account: &str,
    organization: Option<&Organization>,
) -> Result<Login, Fault> {
    match organization {
        Some(organization) if account != own.account => {
            let (login, denied) = assumed(login, own, account, organization);
            denied.map_or(Ok(login), Err)
        }
        _ => Ok(login.clone()),
    }
}

fn begin(
    journal: &Mutex<Journal>,
    own: &Identity,
    account: &str,
    login: Option<&Login>,
) -> Result<(), JournalError> {
    let alias = login.and_then(|login| identity::alias(&Client::new(login, &own.partition)));
    let (account, partition) = (account.to_owned(), own.partition.clone());
    lock(journal).write(&PartRecord::Account { account, alias, partition })
}

fn assumed(
    login: &Login,
    own: &Identity,
    account: &str,
    organization: &Organization,
) -> (Login, Option<Fault>) {
    let role = format!("arn:{}:iam::{account}:role/{}", own.partition, organization.role_name);
    let assumed = login.assume(&role, organization.external_id.as_deref());
    let denied = assumed.credentials().err();
    (assumed, denied)
}

fn not_entered(account: &str, fault: &Fault) -> NotLookedAt {
    NotLookedAt {
        account: account.to_owned(),
        region: None,
        service: "sts".to_owned(),
        operation: Some("AssumeRole".to_owned()),
        of: None,
        reason: fault.reason(),
        message: fault.to_string(),
    }
}

/// The regions of an account; when it does not tell them, those that every account has, and a gap.
fn regions_of(
    journal: &Mutex<Journal>,
    client: &Client,
    account: &str,
    partition: &str,
) -> Result<Vec<String>, JournalError> {
    match identity::regions(client) {
        Ok(regions) => Ok(regions),
        Err(fault) => {
            lock(journal).write(&PartRecord::NotLookedAt(NotLookedAt {
                account: account.to_owned(),
                region: None,
                service: "account".to_owned(),
                operation: Some("ListRegions".to_owned()),
                of: None,
                reason: fault.reason(),
                message: format!(
                    "regions that are not enabled by default were not looked at: {fault}"
                ),
            }))?;
            Ok(identity::default_regions(partition))
        }
    }
}

/// All that decides what is asked: a run goes on from a part file with the same words.
fn words_of(options: &TakeOptions, own: &Identity) -> String {
    let mut words = Map::new();
    words.insert("account".to_owned(), json!(own.account));
    let regions = match &options.regions {
        Regions::Named(list) => json!(list),
        Regions::All => json!("all"),
    };
    words.insert("regions".to_owned(), regions);
    words.insert("services".to_owned(), json!(options.walk.services));
    words.insert("no_values".to_owned(), json!(options.walk.no_values));
    words.insert("code".to_owned(), json!(options.walk.code.as_ref().map(|it| &it.folder)));
    let role = options.organization.as_ref().map(|it| &it.role_name);
    words.insert("role".to_owned(), json!(role));
    Value::Object(words).to_string()
}
