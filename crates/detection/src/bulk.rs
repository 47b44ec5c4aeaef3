//! Secrets and encrypted parameters that one principal collects.

use serde::{Deserialize, Serialize};

use crate::{
    alert::Alert,
    detector::BULK,
    facts::{Facts, each_text},
    known::Known,
};

/// Within so many seconds names are counted.
const WINDOW_S: i64 = 600;
/// So many different names are told of whom nothing is known.
const MANY: usize = 20;
/// So many at least are told of whom less is known to be normal.
const SOME: usize = 8;
const NAMES: usize = 256;

/// What a principal read lately.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reader {
    names: Known<()>,
    /// The most names that a window of the past had.
    most: usize,
    windows: u64,
    began: i64,
    was_told: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self { names: Known::new(NAMES), most: 0, windows: 0, began: i64::MIN, was_told: false }
    }
}

impl Reader {
    pub(crate) fn limit(&mut self) {
        self.names.limit_to(NAMES);
    }

    /// How many names are many for this reader: thrice what is known to be normal.
    fn limit_of(&self) -> usize {
        if self.windows >= 5 { (self.most.saturating_mul(3)).clamp(SOME, NAMES) } else { MANY }
    }
}

/// Whether a request reads secrets.
pub(crate) fn is_read(facts: &Facts<'_>) -> bool {
    // Tools that keep infrastructure as code read every secret that they know on each run.
    let agent = facts.user_agent();
    let is_tool = agent.contains("Terraform") || agent.contains("Pulumi");
    if facts.has_failed() || facts.is_by_service() || is_tool {
        return false;
    }
    match (&*facts.service, &*facts.action) {
        ("secretsmanager", "GetSecretValue" | "BatchGetSecretValue") => true,
        ("ssm", "GetParameter" | "GetParameters" | "GetParametersByPath") => {
            let decrypts = facts.event.request.and_then(|it| it.at("withDecryption"));
            decrypts.and_then(audit_event::Json::boolean) == Some(true)
        }
        _ => false,
    }
}

/// Counts what a request reads, and tells when it is too much.
pub(crate) fn judge(facts: &Facts<'_>, readers: &mut Known<Reader>) -> Option<Alert> {
    let reader = readers.touch(&facts.principal, facts.time);
    if facts.time.saturating_sub(reader.began) >= WINDOW_S {
        if !reader.names.is_empty() && !reader.was_told {
            reader.most = reader.most.max(reader.names.len());
            reader.windows = reader.windows.saturating_add(1);
        }
        reader.names = Known::new(NAMES);
        reader.began = facts.time;
        reader.was_told = false;
    }
    let mut add = |name: &str| {
        reader.names.add(&format!("{} {name}", facts.service), facts.time);
    };
    for path in ["secretId", "name", "path"] {
        if let Some(name) = facts.asked(path) {
            add(&name);
        }
    }
    for path in ["secretIdList", "names"] {
        if let Some(list) = facts.event.request.and_then(|it| it.at(path)) {
            each_text(list, &mut |name| add(&name));
        }
    }
    let limit = reader.limit_of();
    if reader.names.len() < limit || reader.was_told {
        return None;
    }
    reader.was_told = true;
    let usual = if reader.windows >= 5 {
        format!("at most {} so far", reader.most)
    } else {
        "little is known of it".to_owned()
    };
    let why = format!(
        "`{}` read {} different secrets and parameters within {} minutes ({usual})",
        facts.principal,
        reader.names.len(),
        WINDOW_S / 60,
    );
    Some(crate::role::alert(&BULK, BULK.level, facts, why))
}
